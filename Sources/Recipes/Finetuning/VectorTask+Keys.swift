import Formats
import ModelFolders

extension SuiteTask {
    /// A task of a kind that measures vectors as YAML. Each kind has only the keys that count in it.
    static func vectorForm(_ kind: Kind) -> Form<SuiteTask> {
        var new = SuiteTask()
        new.kind = kind
        return .section("a task of kind \(kind.rawValue)", new: new, familiar: familiarVectorKeys) {
            VectorTaskPreset.key
            Key("kind", \.kind, .choice)
            startKey
            languageKey
            Key("data", \.recipe.data, LabelledData.form)
            VectorTask.keys(of: kind).map { $0.inside(\.vectors) }
            FinetuneRecipe.metricKey.inside(\.recipe)
        } check: { task, fields in
            try task.checkVectors(fields)
        }
    }

    private static var familiarVectorKeys: [String: String] {
        [
            "test": "Write data: {test: FILE}.", "train": "Write data: {train: FILE}.",
            "max_seq_length": "Did you mean length?", "prompt": "Write prompts: {query: TEXT}.",
            "top_k": "Did you mean cutoffs?", "samples_per_label": "Did you mean per_label?",
            "n_experiments": "Did you mean experiments?",
            "seed": "Nothing of it is random but MTEB's own draws.",
            "epochs": "Nothing is trained; kind: finetune trains.",
            "sweep": "Nothing is trained, so that nothing is swept.",
        ]
    }

    /// What holds only together; what the kind decides is filled in.
    private mutating func checkVectors(_ fields: RecipeFields) throws {
        let data = fields["data"] ?? fields.value
        try data.require(
            !recipe.data.test.isEmpty, expected: "data.test, what is measured", found: "none",
            remedy: "Write data: {test: "
                + (kind == .retrieval || kind == .reranking ? "FOLDER" : "FILE") + "}.")
        try data.require(
            recipe.data.dev.isEmpty, expected: "no data.dev, since nothing is chosen",
            found: "a file", remedy: "Name it as data.test to measure it.")
        try data.require(
            recipe.data.examples == nil, expected: "no data.examples in kind: \(kind.rawValue)",
            remedy: "Remove it.")
        try data.require(
            recipe.data.train.isEmpty != kind.learns,
            expected: kind.learns
                ? "data.train, a file to learn from" : "no data.train, since nothing is learned",
            found: kind.learns ? "none" : "a file",
            remedy: kind.learns ? "Write data: {train: FILE}." : "Remove it.")
        let isAligned = kind == .mining && !vectors.pivot.isEmpty
        try data.require(
            recipe.data.malformedLines == 0
                || kind != .retrieval && kind != .reranking && !isAligned,
            expected: "no data.skip_bad in kind: \(kind.rawValue)" + (isAligned ? " by lines" : ""),
            found: "\(recipe.data.malformedLines)",
            remedy: "Every line counts here: correct the malformed ones.")
        try checkNames(of: recipe.data.train, "data.train", data)
        try checkNames(of: vectors.pivot, "pivot", fields.value)
        if kind == .mining {
            // {lang} also stands for the language that all others are translations of.
            let pivots = Set(vectors.pivot.map(\.path))
            recipe.data.test.removeAll { pivots.contains($0.path) }
            try data.require(
                !recipe.data.test.isEmpty, expected: "other files than the pivot",
                found: "it alone", remedy: "Name files with translations.")
        }
        recipe.task = kind == .similarity || kind == .pairs || kind == .mining ? .pair : .text
        recipe.objective = kind == .similarity ? .regression : .oneLabel
        recipe.metric = recipe.metric ?? kind.mainVectorMetric
    }

    /// Checks that files beside the measured ones are one for all, or one for each by its name.
    private func checkNames(
        of files: [LabelledData.File], _ key: String, _ value: RecipeValue
    ) throws {
        guard files.count != 1 || !files[0].name.isEmpty, !files.isEmpty else { return }
        let names = Set(files.map(\.name))
        for file in recipe.data.test where !names.contains(file.name) {
            throw value.error(
                expected: "one file as \(key), or one for each file of data.test",
                found: file.name.isEmpty ? "\(files.count) without names" : "none for \(file.name)",
                remedy: "Give both the same names, such as by {lang} in both paths.")
        }
    }
}

extension VectorTask {
    /// What counts in a kind as YAML text, its keys always in the same order.
    public func resolvedYAML(of kind: SuiteTask.Kind) -> String {
        YAMLTree.mapping(Self.keys(of: kind).flatMap { $0.write(self) }).yaml
    }

    /// The keys that count in a kind.
    @KeyList<VectorTask>
    static func keys(of kind: SuiteTask.Kind) -> [Key<VectorTask>] {
        Key(
            "length", \.length,
            Form<Int>.tokens(from: 4, upTo: 1_000_000).or("model"))
        Key("pooling", \.pooling, Form<SentencePooling.Mode>.choice.or("model"))
        Key("prompts", \.prompts, Prompts.form(kind), isWritten: { $0.prompts != Prompts() })
        keysOfKind(kind)
    }

    private static func keysOfKind(_ kind: SuiteTask.Kind) -> [Key<VectorTask>] {
        switch kind {
        case .retrieval:
            rankingKeys + [
                Key("leave_out_query", \.leavesOutQuery, .boolean)
            ]
        case .reranking: rankingKeys
        case .pairs:
            [
                Key("positive", \.positive, labels), Key("negative", \.negative, labels),
            ]
        case .mining:
            [
                Key("pivot", \.pivot, .files, isWritten: { !$0.pivot.isEmpty }),
                Key("neighbours", \.marginNeighbours, .count(of: "neighbours", upTo: 1000)),
            ]
        case .classification: sampleKeys
        case .multilabel:
            sampleKeys + [
                Key("neighbours", \.labelNeighbours, .count(of: "neighbours", upTo: 1000))
            ]
        case .clustering:
            [
                Key("documents", \.documents, Documents.form),
                Key("draws", \.draws, .count(of: "draws", upTo: 1000)),
                Key("draw_size", \.drawSize, .count(of: "documents")),
                Key("depth", \.depth, Form<Int>.count(of: "levels", upTo: 100).or("all")),
            ]
        default: []
        }
    }

    private static var rankingKeys: [Key<VectorTask>] {
        [
            Key(
                "split", \.split,
                .text(expected: "the name of a split", remedy: "Write it as in qrels/SPLIT.tsv.")),
            Key("similarity", \.similarity, .choice),
            Key(
                "cutoffs", \.cutoffs,
                Form<Int>.count(of: "documents", upTo: 100_000).list(of: "numbers of documents")
                    .checked { cutoffs, value in
                        try value.require(
                            !cutoffs.isEmpty && Set(cutoffs).count == cutoffs.count,
                            expected: "numbers of documents, at least one and each once",
                            remedy: "Write them like [10, 100].")
                    }),
            Key(
                "trec_run", \.runDocuments,
                Form<Int>.count(of: "documents", upTo: 100_000).or("none")),
        ]
    }

    private static var sampleKeys: [Key<VectorTask>] {
        [
            Key("per_label", \.examplesPerLabel, .count(of: "examples", upTo: 1_000_000)),
            Key("experiments", \.experiments, .count(of: "experiments", upTo: 1000)),
        ]
    }

    private static var labels: Form<[String]> {
        Form<String>.text(
            expected: "the name of a label", remedy: "Write it as the files have it."
        ).list(of: "names of labels")
    }
}

extension VectorTask.Prompts {
    fileprivate static func form(_ kind: SuiteTask.Kind) -> Form<VectorTask.Prompts> {
        let text = Form<String>.scalar(
            expected: "what is put in front of texts",
            remedy: "Write it like \"query: \", or none.",
            write: { .text($0.isEmpty ? "none" : $0) }, parse: { $0 == "none" ? "" : $0 }
        ).optional
        let keys: [Key<VectorTask.Prompts>] =
            kind == .retrieval || kind == .reranking
            ? [Key("query", \.query, text), Key("document", \.document, text)]
            : [Key("text", \.text, text)]
        return .section("prompts", new: VectorTask.Prompts(), familiar: familiar) { keys }
    }

    private static var familiar: [String: String] {
        [
            "passage": "Did you mean document?", "corpus": "Did you mean document?",
            "query": "Only retrieval and reranking have queries: write text.",
            "document": "Only retrieval and reranking have documents: write text.",
        ]
    }
}

extension VectorTask.Documents {
    /// `all`, a number, or a share such as 4%.
    fileprivate static var form: Form<VectorTask.Documents> {
        .scalar(
            expected: "all, a number of documents, or a share of them",
            remedy: "Write it like 2048 or 4%.",
            write: { documents in
                switch documents {
                case .all: .text("all")
                case .count(let count): .plain("\(count)")
                case .share(let share): .plain("\(Quantity.text(100 * share))%")
                }
            },
            parse: { text in
                if text == "all" { return .all }
                if text.hasSuffix("%") {
                    let number = Quantity.number(String(text.dropLast()))
                    return number.flatMap { $0 > 0 && $0 <= 100 ? .share($0 / 100) : nil }
                }
                return Quantity.integer(text).flatMap {
                    1...1_000_000_000 ~= $0 ? .count($0) : nil
                }
            })
    }
}
