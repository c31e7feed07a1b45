import Diagnostics
import Finetuning
import Formats
import LabelledText
import Recipes
import Reporting

/// What a file, or a folder, of a task that measures vectors holds.
enum VectorFile {
    case retrieval(RetrievalSet)
    case reranking(RerankingSet)
    /// Pairs with scores or labels.
    case pairs(TaskSet)
    /// Sentences, and their translations.
    case sentences([LabelledExample<String>], [LabelledExample<String>])
    /// What is learned from, and what is measured.
    case classes(train: TaskSet, test: TaskSet)
    case lists(
        train: LabelledSet<ListLabelledText>?, test: LabelledSet<ListLabelledText>)

    /// Reads a file of a task.
    ///
    /// - Parameter recipe: which files there are, and in which format.
    /// - Throws: `InputError` with file and line for what is not as the format says.
    init(_ task: SuiteTask, _ recipe: FinetuneRecipe, _ file: LabelledData.File) throws {
        let settings = task.vectors
        switch task.kind {
        case .retrieval:
            self = .retrieval(
                try Folder.isFolder(file.path)
                    ? RetrievalSet(folder: file.path, split: settings.split)
                    : RetrievalSet(questions: file.path))
        case .reranking:
            self = .reranking(
                try Folder.isFolder(file.path)
                    ? RerankingSet(folder: file.path, split: settings.split)
                    : RerankingSet(rows: file.path, split: settings.split))
        case .similarity, .pairs:
            self = .pairs(try TaskSet(file, recipe, needsLabels: true))
        case .mining: self = try Self.sentences(settings, recipe, file)
        case .multilabel, .clustering:
            let train = Self.file(for: file, among: recipe.data.train)
            self = .lists(
                train: try train.map { try Self.lists(recipe, $0) },
                test: try Self.lists(recipe, file))
        default:
            guard let train = Self.file(for: file, among: recipe.data.train) else {
                preconditionFailure("VectorFile: a task without training file")
            }
            self = .classes(
                train: try TaskSet(train, recipe, needsLabels: true),
                test: try TaskSet(file, recipe, needsLabels: true))
        }
    }

    /// The file that belongs to one that is measured: the only one, or that of its name.
    private static func file(
        for measured: LabelledData.File, among files: [LabelledData.File]
    ) -> LabelledData.File? {
        files.count == 1 ? files[0] : files.first { $0.name == measured.name }
    }

    private static func sentences(
        _ settings: VectorTask, _ recipe: FinetuneRecipe, _ file: LabelledData.File
    ) throws -> VectorFile {
        guard let pivot = Self.file(for: file, among: settings.pivot) else {
            var recipe = recipe
            recipe.task = .pair
            let set = try TaskSet(file, recipe, needsLabels: false)
            let rows = zip(set.classifiedTexts, set.locations).enumerated()
            return .sentences(
                rows.map { LabelledExample(id: "\($0)", location: $1.1, content: $1.0.text) },
                rows.map {
                    LabelledExample(id: "\($0)", location: $1.1, content: $1.0.pair ?? "")
                })
        }
        let own = recipe.data.columns.text
        let names = own.isEmpty ? ["text", "sentence"] : [own]
        let first = try SentenceFile.read(pivot.path, names: names)
        let second = try SentenceFile.read(file.path, names: names)
        guard first.count == second.count else {
            throw InputError(
                at: file.path,
                expected: "\(counted(first.count, "sentence")), as \(pivot.path) has",
                found: "\(second.count)",
                remedy: "Name files whose lines are translations of each other.")
        }
        return .sentences(first, second)
    }

    private static func lists(
        _ recipe: FinetuneRecipe, _ file: LabelledData.File
    ) throws -> LabelledSet<ListLabelledText> {
        var names = LabelListReader.usualNames
        if !recipe.data.columns.text.isEmpty { names.text = [recipe.data.columns.text] }
        if !recipe.data.columns.label.isEmpty { names.label = [recipe.data.columns.label] }
        let rules = ReadingRules(malformedLines: recipe.data.malformedLines)
        return try LabelledSet(LabelListReader(path: file.path, names: names, rules: rules))
    }

    /// Examples that are measured: queries, pairs or texts.
    var examples: Int {
        switch self {
        case .retrieval(let set): set.queries.count
        case .reranking(let set): set.queries.count
        case .pairs(let set): set.count
        case .sentences(let first, _): first.count
        case .classes(_, let test): test.count
        case .lists(_, let test): test.examples.count
        }
    }

    /// Calls `body` with all texts that become vectors, in parts.
    func forEachText(_ body: (_ texts: [String], _ role: TextVectors.Role) throws -> Void) throws {
        switch self {
        case .retrieval(let set):
            try body(set.queries.map(\.content.whole), .query)
            var reader = try set.documentReader()
            while case let block = try reader.next(2048), !block.isEmpty {
                try body(block.map(\.content.whole), .document)
            }
        case .reranking(let set):
            try body(set.queries.map(\.text.content.whole), .query)
            for query in set.queries {
                try body(query.candidates.map(\.content.whole), .document)
            }
        case .pairs(let set):
            try body(set.classifiedTexts.flatMap { [$0.text, $0.pair ?? ""] }, .text)
        case .sentences(let first, let second):
            try body((first + second).map(\.content), .text)
        case .classes(let train, let test):
            try body((train.classifiedTexts + test.classifiedTexts).map(\.text), .text)
        case .lists(let train, let test):
            try body(((train?.examples ?? []) + test.examples).map(\.content.text), .text)
        }
    }
}
