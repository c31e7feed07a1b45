import Diagnostics
import LabelledText
import Recipes
import Reporting

extension TaskSet {
    /// Texts that belong together, or have a score.
    static func contrasts(
        at path: String, _ format: LabelledData.Format, _ recipe: FinetuneRecipe,
        rules: ReadingRules
    ) throws -> LabelledSet<ContrastedTexts> {
        let isScored = recipe.vectors.rule.loss == .coSENT
        let names = recipe.data.columns.contrastNames
        switch format {
        case .json:
            return try LabelledSet(
                ContrastRowReader(path: path, names: names, isScored: isScored, rules: rules))
        case .table, .csv:
            return try LabelledSet(
                ContrastTableReader(
                    path: path, names: names, isScored: isScored,
                    isNamed: recipe.data.columns != LabelledData.Columns(),
                    quoting: format == .csv ? .csv : .plain, rules: rules))
        default: break
        }
        guard !isScored else {
            throw InputError(
                at: "data.format", expected: "json, table or csv for loss: cosent, with scores",
                found: format.rawValue, remedy: "Write loss: {name: in-batch}.")
        }
        let corpus = recipe.data.corpus
        switch format {
        case .squad:
            let set = try SQuADFile.read(
                path, offsets: recipe.data.mendsOffsets ? .mended : .exact, rules: rules)
            return set.map { ContrastedTexts(anchor: $0.question, positive: $0.context) }
        case .triples:
            guard let corpus else {
                throw InputError(
                    at: "data.corpus", expected: "the folder with the texts of the ids",
                    found: "none", remedy: "Write data: {corpus: FOLDER}, in BEIR's form.")
            }
            return try RetrievalPairs.read(triples: path, folder: corpus, rules: rules)
        default:
            return try RetrievalPairs.read(judgements: path, folder: corpus, rules: rules)
        }
    }
}

extension VectorTraining {
    /// Examples with prompts, and with the number of negatives that is asked for.
    func prepared(
        _ examples: [LabelledExample<ContrastedTexts>]
    ) throws -> (examples: [LabelledExample<ContrastedTexts>], repeated: Int) {
        var repeated = 0
        let width = negatives ?? examples.first?.content.negatives.count ?? 0
        let prepared = try examples.map { example in
            var content = example.content
            let found = content.negatives.count
            guard negatives == nil ? found == width : width == 0 || found > 0 else {
                throw InputError(
                    at: example.location,
                    expected: negatives == nil
                        ? "\(counted(width, "negative")), as the first row has"
                        : "a negative or more",
                    found: found == 0 ? "none" : "\(found)",
                    remedy: "Write negatives: N: rows with fewer repeat their own.")
            }
            if found < width { repeated += 1 }
            content.negatives = (0..<width).map { content.negatives[$0 % found] }
            return LabelledExample(
                id: example.id, location: example.location, content: prompted(content))
        }
        return (prepared, repeated)
    }

    private func prompted(_ texts: ContrastedTexts) -> ContrastedTexts {
        // Texts with a score are of one kind.
        let isScored = texts.score != nil
        return ContrastedTexts(
            anchor: queryPrompt + texts.anchor,
            positive: (isScored ? queryPrompt : documentPrompt) + texts.positive,
            negatives: texts.negatives.map { documentPrompt + $0 }, score: texts.score)
    }
}

extension LabelledData.Columns {
    /// The names that are written, and the usual ones for the rest.
    fileprivate var contrastNames: TextFieldNames {
        var names = TextFieldNames.contrasts
        if !text.isEmpty { names.text = [text] }
        if !pair.isEmpty { names.pair = [pair] }
        if !label.isEmpty { names.label = [label] }
        if !id.isEmpty { names.id = [id] }
        return names
    }
}
