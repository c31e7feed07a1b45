import Diagnostics
import Encoders
import Formats
import Host
import Inference
import ModelFolders
import Recipes
import Reporting
import TensorCore
import Tokenization

/// What a fine-tuning run is made of, read and checked before anything is computed.
package struct FinetuneSetup {
    package let recipe: FinetuneRecipe
    /// The folder that training starts from.
    package let folder: ModelFolder
    package let tokenizer: Tokenizer
    /// The head that is trained.
    package let task: TaskHead
    /// What the model's texts are like.
    package let shape: TaskFile
    package let train: [EncodedSet]
    package let dev: [EncodedSet]
    /// Files that the kept model is measured on; they are encoded when it is.
    package let test: [TaskSet]
    package let encoder: TaskEncoder
    /// Which examples each step learns from.
    package let plan: StepPlan
    /// SHA-256 of every file that is read, by its path.
    package let hashes: [String: String]
    /// What is to be told before the run begins.
    package private(set) var notices: [Notice] = []

    /// Something that is told.
    package struct Notice: Sendable {
        package let text: String
        package let isWarning: Bool
    }

    let labels: TaskLabels
    let search: AnswerSearch

    /// Reads the model's folder and every labelled file.
    ///
    /// - Throws: `InputError` for whatever a person can put right.
    package init(_ recipe: FinetuneRecipe, parallel: Parallel) throws {
        self.recipe = recipe
        try Self.check(recipe)
        folder = try ModelFolder(path: recipe.model)
        try Self.checkTrainedPart(recipe, layers: folder.configuration.layerCount)
        try Self.checkVectorSizes(recipe, hidden: folder.configuration.hiddenSize)
        if let problem = folder.tokenizerProblem { throw problem }
        guard let tokenizer = folder.tokenizer else {
            throw InputError(
                at: recipe.model, expected: "tokenizer.model or tokenizer.json, to read texts",
                found: "no tokenizer", remedy: "Put the model's tokenizer into the folder.")
        }
        self.tokenizer = tokenizer
        let trainSets = try Self.read(recipe.data.train, recipe, needsLabels: true)
        let devSets = try Self.read(recipe.data.dev.named, recipe, needsLabels: true)
        test = try Self.read(recipe.data.test.named, recipe, needsLabels: false)
        try Self.checkNegatives(trainSets)
        labels = try TaskLabels(recipe, train: trainSets, folder: folder)
        for set in trainSets + devSets + test { try labels.check(set, recipe) }
        task = try Self.head(of: recipe, labels: labels.names, folder: folder)
        try Self.checkMetric(recipe, task)
        shape = Self.shape(of: recipe)
        encoder = try TaskEncoder(
            tokenizer, shape: shape, positions: folder.configuration.maximumPositions, at: "length")
        search = AnswerSearch(shape)
        let (task, encoder) = (task, encoder)
        train = TaskSet.limited(trainSets, to: recipe.data.examples).map {
            EncodedSet($0, task: task, encoder: encoder, learns: true, on: parallel)
        }
        dev = devSets.map {
            EncodedSet($0, task: task, encoder: encoder, learns: false, on: parallel)
        }
        var hashes: [String: String] = [:]
        for file in recipe.data.train + recipe.data.dev + recipe.data.test {
            for path in try recipe.data.files(of: file, for: recipe.task) {
                hashes[path] = try Checksum.sha256.digest(ofFileAt: path)
            }
        }
        self.hashes = hashes
        guard train.contains(where: { !$0.examples.isEmpty }) else {
            throw InputError(
                at: recipe.data.train.first?.path ?? "data.train",
                expected: "examples to learn from", found: "none",
                remedy: "Check the file and its format.")
        }
        plan = StepPlan(
            count: train.reduce(0) { $0 + $1.examples.count }, batch: recipe.batch.examples,
            epochs: recipe.epochs, seed: recipe.seed,
            texts: task.kind == .vectors ? train.flatMap(\.source.contrastedBytes) : nil)
        notices = makeNotices()
    }

    /// The test files as the model reads them.
    package func encodedTest(on parallel: Parallel) -> [EncodedSet] {
        test.map {
            EncodedSet($0, task: task, encoder: encoder, learns: false, on: parallel)
        }
    }

    /// Checks that rows have as many negatives in all files as in each: a batch mixes them.
    private static func checkNegatives(_ sets: [TaskSet]) throws {
        var first: (count: Int, path: String)?
        for set in sets {
            guard case .contrasts(let rows) = set.examples, let row = rows.first else { continue }
            let count = row.content.negatives.count
            guard let first else {
                first = (count, set.path)
                continue
            }
            guard count != first.count else { continue }
            throw InputError(
                at: row.location, expected: "\(first.count) negatives, as \(first.path) has",
                found: "\(count)",
                remedy: "Write negatives: N, which every file has, or negatives: 0.")
        }
    }

    /// Checks that the layers from which on is trained are the model's.
    private static func checkTrainedPart(_ recipe: FinetuneRecipe, layers: Int) throws {
        guard case .layers(let first) = recipe.trained, first >= layers else { return }
        throw InputError(
            at: "train", expected: "a layer from 0 to \(layers - 1)", found: "\(first)",
            remedy: "Write a layer of the model, or head to train no layer.")
    }

    /// Checks that the sizes of vectors are not above the model's.
    private static func checkVectorSizes(_ recipe: FinetuneRecipe, hidden: Int) throws {
        guard let size = recipe.vectors.rule.dimensions.first(where: { $0 > hidden }) else {
            return
        }
        throw InputError(
            at: "loss.dimensions", expected: "at most the \(hidden) numbers of the model's vectors",
            found: "\(size)", remedy: "Lower it.")
    }

    /// Checks that the metric by which models are compared is one that the task is measured by.
    private static func checkMetric(_ recipe: FinetuneRecipe, _ task: TaskHead) throws {
        let names =
            recipe.task == .embedding
            ? PairSimilarities.metricNames(isScored: recipe.vectors.rule.loss == .coSENT)
            : task.metricNames(mayBeNone: recipe.text.allowsNoAnswer)
        guard !names.contains(recipe.mainMetric) else { return }
        throw InputError(
            at: "metric", expected: "one of \(names.joined(separator: ", "))",
            found: recipe.mainMetric, remedy: "Write one of them.")
    }

    private static func check(_ recipe: FinetuneRecipe) throws {
        guard !recipe.data.train.isEmpty else {
            throw InputError(
                at: "data.train", expected: "a labelled file to learn from", found: "none",
                remedy: "Write data: {train: FILE}.")
        }
    }

    private static func read(
        _ files: [LabelledData.File], _ recipe: FinetuneRecipe, needsLabels: Bool
    ) throws -> [TaskSet] {
        try files.map { try TaskSet($0, recipe, needsLabels: needsLabels) }
    }

    private static func head(
        of recipe: FinetuneRecipe, labels: [String], folder: ModelFolder
    ) throws -> TaskHead {
        let old = folder.head.task
        if recipe.task == .embedding { return .vectors(pooling: recipe.pooling ?? .mean) }
        let family = folder.configuration.family
        if recipe.pooling == .mean, family != .modernBERT {
            throw InputError(
                at: "pooling",
                expected: "cls, since transformers' heads for \(family.rawValue) read the first "
                    + "token",
                found: "mean", remedy: "Leave it out.")
        }
        return TaskHead(
            recipe.task.headKind, labels: labels, objective: recipe.objective,
            pooling: recipe.pooling ?? old?.pooling ?? folder.usualPooling,
            dropout: recipe.dropout.classifier ?? old?.dropout ?? 0)
    }

    /// What the texts of a recipe's model are like.
    package static func shape(of recipe: FinetuneRecipe) -> TaskFile {
        var shape = TaskFile()
        (shape.task, shape.length) = (recipe.task.rawValue, recipe.text.length)
        if recipe.task == .answers {
            (shape.stride, shape.answerLength) = (recipe.text.stride, recipe.text.answerLength)
            shape.noAnswer = recipe.text.allowsNoAnswer
        }
        if recipe.task == .tokens {
            (shape.words, shape.truncate) = (recipe.text.words.rawValue, recipe.text.truncates)
        }
        return shape
    }
}

extension FinetuneSetup {
    private func makeNotices() -> [Notice] {
        var notices = [Notice(text: labels.note, isWarning: false)]
        for (split, sets) in [
            ("train", train.map(\.source)), ("dev", dev.map(\.source)), ("test", test),
        ] {
            for set in sets {
                let name = set.name.isEmpty ? split : "\(split) \(set.name)"
                notices.append(Notice(text: "\(name): \(set.counts.summary)", isWarning: false))
            }
        }
        notices += cutNotices + contrastNotices
        if folder.configuration.family != .modernBERT {
            notices.append(
                Notice(
                    text: """
                        dropout.attention, \(recipe.dropout.attention), is of the embeddings and of \
                        every block's output in \(folder.configuration.family.rawValue); \
                        probabilities of attention are not dropped
                        """, isWarning: false))
        }
        let learned = Set(train.flatMap(\.source.texts))
        for (split, sets) in [("dev", dev.map(\.source)), ("test", test)] {
            let (seen, all) = sets.reduce((0, 0)) { sums, set in
                (sums.0 + set.texts.count(where: learned.contains), sums.1 + set.count)
            }
            guard seen > 0 else { continue }
            notices.append(
                Notice(
                    text: "\(seen) of \(all) texts of \(split) are learned from, too",
                    isWarning: true))
        }
        return notices
    }

    private var contrastNotices: [Notice] {
        var notices: [Notice] = []
        let repeated = train.reduce(0) { $0 + $1.source.repeatedNegatives }
        if repeated > 0 {
            notices.append(
                Notice(
                    text: "\(counted(repeated, "row")) of train have fewer than "
                        + "\(recipe.vectors.negatives ?? 0) negatives and repeat their own",
                    isWarning: false))
        }
        if plan.shortSteps > 0 {
            notices.append(
                Notice(
                    text: "\(plan.shortSteps) of \(counted(plan.total, "step")) have less than "
                        + "half of \(recipe.batch.examples) examples, since texts repeat",
                    isWarning: true))
        }
        return notices
    }

    private var cutNotices: [Notice] {
        var notices: [Notice] = []
        for (split, sets) in [("train", train), ("dev", dev)] {
            let all = sets.reduce(0) { $0 + $1.source.count }
            let cut = sets.reduce(0) { $0 + $1.cutExamples }
            if cut > 0 {
                notices.append(
                    Notice(
                        text: """
                            \(cut) of \(counted(all, "example")) of \(split) \
                            (\(percent(Double(cut) / Double(max(1, all))))) are longer than \
                            \(encoder.length) tokens and cut
                            """, isWarning: cut * 100 > all))
            }
            let lost = sets.reduce(0) { $0 + $1.lostWords }
            if lost > 0 {
                notices.append(
                    Notice(
                        text: "\(counted(lost, "word")) of \(split) are not tagged", isWarning: true
                    ))
            }
            let unanswered = sets.reduce(0) { $0 + $1.unansweredQuestions }
            if unanswered > 0 {
                notices.append(
                    Notice(
                        text: "\(counted(unanswered, "question")) of \(split) have no window with "
                            + "the whole answer", isWarning: true))
            }
        }
        return notices
    }
}

extension FinetuneRecipe {
    /// The metric by which models are compared: the recipe's, else the task's usual one.
    package var mainMetric: String {
        if let metric { return metric }
        switch task {
        case .text, .pair:
            switch objective {
            case .oneLabel: return "accuracy"
            case .manyLabels: return "f1_macro"
            case .regression: return "spearman"
            }
        case .tokens, .answers: return "f1"
        case .choice: return "accuracy"
        case .embedding: return vectors.rule.loss == .coSENT ? "spearman" : "ndcg_at_10"
        }
    }
}

extension ModelFolder {
    /// How `config.json` says that sequences are pooled.
    fileprivate var usualPooling: TaskHead.Pooling { classifierPooling ?? .cls }
}
