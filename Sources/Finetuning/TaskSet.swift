import Diagnostics
import LabelledText
import Recipes

/// The examples of one labelled file.
package struct TaskSet: Sendable {
    /// What the examples are.
    package enum Examples: Sendable {
        case texts([LabelledExample<ClassifiedText>])
        case sentences([LabelledExample<TaggedWords>])
        case questions([LabelledExample<AnsweredQuestion>])
        case choices([LabelledExample<ChosenAnswer>])
        case contrasts([LabelledExample<ContrastedTexts>])
    }

    /// What the file is called: its language, or nothing.
    package let name: String
    /// Where it is.
    package let path: String
    package private(set) var examples: Examples
    /// How many examples of which labels there are, and what was passed over.
    package let counts: ReadingCounts
    /// The names of labels in the order of their numbers, where the format has such an order.
    package let knownLabels: [String]?
    /// Of two labels that which F1 is of, where the format or the recipe has an order of them.
    let positive: String?
    /// Rows that repeat their negatives, as they have fewer than are asked for.
    package let repeatedNegatives: Int

    /// Ids, in order.
    package var ids: [String] {
        switch examples {
        case .texts(let examples): examples.map(\.id)
        case .sentences(let examples): examples.map(\.id)
        case .questions(let examples): examples.map(\.id)
        case .choices(let examples): examples.map(\.id)
        case .contrasts(let examples): examples.map(\.id)
        }
    }

    /// Where each example was read from.
    package var locations: [String] {
        switch examples {
        case .texts(let examples): examples.map(\.location)
        case .sentences(let examples): examples.map(\.location)
        case .questions(let examples): examples.map(\.location)
        case .choices(let examples): examples.map(\.location)
        case .contrasts(let examples): examples.map(\.location)
        }
    }

    /// Number of examples.
    package var count: Int {
        switch examples {
        case .texts(let examples): examples.count
        case .sentences(let examples): examples.count
        case .questions(let examples): examples.count
        case .choices(let examples): examples.count
        case .contrasts(let examples): examples.count
        }
    }

    /// The same file with its first `count` examples.
    package func prefix(_ count: Int) -> TaskSet {
        let kept: Examples =
            switch examples {
            case .texts(let examples): .texts(Array(examples.prefix(count)))
            case .sentences(let examples): .sentences(Array(examples.prefix(count)))
            case .questions(let examples): .questions(Array(examples.prefix(count)))
            case .choices(let examples): .choices(Array(examples.prefix(count)))
            case .contrasts(let examples): .contrasts(Array(examples.prefix(count)))
            }
        var set = self
        set.examples = kept
        return set
    }

    /// The first `count` examples of all sets together.
    package static func limited(_ sets: [TaskSet], to count: Int?) -> [TaskSet] {
        guard var left = count else { return sets }
        return sets.map { set in
            defer { left = max(0, left - set.count) }
            return set.prefix(left)
        }
    }

    /// Texts of each example, which tell whether two are the same.
    package var texts: [String] {
        switch examples {
        case .texts(let examples):
            examples.map { $0.content.text + "\u{1}" + ($0.content.pair ?? "") }
        case .sentences(let examples): examples.map { $0.content.words.joined(separator: "\u{1}") }
        case .questions(let examples):
            examples.map { $0.content.question + "\u{1}" + $0.content.context }
        case .choices(let examples):
            examples.map {
                ([$0.content.premise] + $0.content.choices).joined(separator: "\u{1}")
            }
        case .contrasts(let examples):
            examples.map { $0.content.anchor + "\u{1}" + $0.content.positive }
        }
    }

    /// The texts of each example, where these belong together, as bytes.
    package var contrastedBytes: [[[UInt8]]] {
        guard case .contrasts(let examples) = examples else { return [] }
        return examples.map { $0.content.texts.map { Array($0.utf8) } }
    }

    /// The texts or pairs, where the examples are such.
    package var classifiedTexts: [ClassifiedText] {
        if case .texts(let examples) = examples { examples.map(\.content) } else { [] }
    }

    /// The sentences, where the examples are such.
    package var sentences: [TaggedWords] {
        if case .sentences(let examples) = examples { examples.map(\.content) } else { [] }
    }

    /// The labels that occur, in the order of their code points.
    package var labels: [String] { counts.labelNames }

    /// Reads a file as the recipe says.
    ///
    /// - Parameter needsLabels: whether every example must have a label.
    /// - Throws: `InputError` with file and line for what is not as the format says.
    package init(
        _ file: LabelledData.File, _ recipe: FinetuneRecipe, needsLabels: Bool
    ) throws {
        let data = recipe.data
        let given = recipe.labels.isEmpty ? nil : try LabelNames(recipe.labels)
        let rules = ReadingRules(
            labels: given, needsLabels: needsLabels, malformedLines: data.malformedLines)
        let format = try data.format(of: file.path, for: recipe.task)
        var known: [String]?
        var repeated = 0
        switch recipe.task {
        case .text, .pair:
            let kind: TextLabelKind =
                switch recipe.objective {
                case .oneLabel: .names(given)
                case .manyLabels: .lists(given)
                case .regression: .scores()
                }
            let set: LabelledSet<ClassifiedText>
            (set, known) = try Self.texts(
                at: file.path, format, recipe, kind: kind, rules: rules)
            (examples, counts) = (.texts(set.examples), set.counts)
        case .tokens:
            let set =
                format == .json
                ? try LabelledSet(TagRowReader(path: file.path, scheme: data.scheme, rules: rules))
                : try LabelledSet(
                    CoNLLReader(
                        path: file.path, layout: format.tagLayout, scheme: data.scheme,
                        rules: rules))
            (examples, counts) = (.sentences(set.examples), set.counts)
        case .answers:
            let set = try SQuADFile.read(
                file.path, offsets: data.mendsOffsets ? .mended : .exact, rules: rules)
            (examples, counts) = (.questions(set.examples), set.counts)
        case .choice:
            let set = try LabelledSet(ChoiceReader(path: file.path, rules: rules))
            (examples, counts) = (.choices(set.examples), set.counts)
        case .embedding:
            let set = try Self.contrasts(at: file.path, format, recipe, rules: rules)
            let prepared = try recipe.vectors.prepared(set.examples)
            (examples, counts) = (.contrasts(prepared.examples), set.counts)
            repeated = prepared.repeated
        }
        (name, path, knownLabels) = (file.name, file.path, known)
        let order = known ?? recipe.labels
        positive = order.count == 2 ? order[1] : nil
        repeatedNegatives = repeated
    }

    private static func texts(
        at path: String, _ format: LabelledData.Format, _ recipe: FinetuneRecipe,
        kind: TextLabelKind, rules: ReadingRules
    ) throws -> (LabelledSet<ClassifiedText>, [String]?) {
        let names = recipe.data.columns.fieldNames(
            isPair: recipe.task == .pair, recipe.objective)
        try recipe.checkLists(format, path: path)
        switch format {
        case .glue:
            let task = try recipe.data.glueTask()
            let set = try LabelledSet(GLUEReader(path: path, task: task, rules: rules))
            return (set, task.labels?.names)
        case .xtreme:
            let task = try recipe.data.xtremeTask()
            let set = try LabelledSet(task.reader(path: path, rules: rules))
            return (set, task.labels.names)
        case .semeval:
            let reader = try TextTableReader(
                path: path, columns: .scoreThenPair, kind: kind, rules: rules)
            return (try LabelledSet(reader), nil)
        case .json:
            let task = recipe.data.task.flatMap(GLUETask.init(named:))
            let reader = try TextRowReader(
                path: path, names: task.map { names.preferring($0.fields) } ?? names,
                kind: task?.kind ?? kind, noAgreement: task?.noAgreement, rules: rules)
            return (try LabelledSet(reader), task?.labels?.names)
        default:
            let reader = try TextTableReader(
                path: path, columns: .named(names), kind: kind,
                quoting: format == .csv ? .csv : .plain, rules: rules)
            return (try LabelledSet(reader), nil)
        }
    }
}

extension FinetuneRecipe {
    /// Refuses formats and tasks of one label for texts with several.
    fileprivate func checkLists(_ format: LabelledData.Format, path: String) throws {
        guard objective == .manyLabels else { return }
        let isOfLists = format == .json || format == .table || format == .csv
        guard !isOfLists || data.task != nil else { return }
        throw InputError(
            at: path, expected: "json, table or csv without data.task, which have several labels",
            found: data.task.map { "task \($0)" } ?? "format \(format.rawValue)",
            remedy: "Write objective: classes, or remove data.task and name the columns.")
    }
}
