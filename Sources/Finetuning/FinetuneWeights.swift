import Autograd
import Diagnostics
import Encoders
import Formats
import ModelFolders
import Optimizers
import PackedBatches
import Recipes
import TensorCore
import Tokenization
import Training

/// The model that a run trains, with the rows of the token table that it reads, and its optimizer.
final class FinetuneWeights {
    let model: TaskModel
    let optimizer: StableAdamW
    let rows: TokenRows
    private let setup: FinetuneSetup
    private let parallel: Parallel

    /// The weights that training starts from: those of the folder, but for what it lacks or the
    /// recipe wants random.
    init(_ setup: FinetuneSetup, parallel: Parallel) throws {
        (self.setup, self.parallel) = (setup, parallel)
        let (folder, recipe) = (setup.folder, setup.recipe)
        var configuration = folder.configuration
        configuration.trainingDropout = recipe.dropout.attention
        rows = TokenRows(
            of: (setup.train + setup.dev).lazy.flatMap(\.sequences),
            always: [Int32(configuration.padTokenID)] + setup.tokenizer.special.all,
            vocabulary: configuration.vocabularySize)
        model = TaskModel(
            configuration: rows.configuration(of: configuration), task: setup.task)
        try Self.fill(model, setup, parallel)
        rows.take(
            from: try Self.table(setup, parallel), into: model.encoder.table, parallel: parallel)
        optimizer = StableAdamW(
            parameters: model.parameters(in: recipe.trained),
            configuration: recipe.optimizer.configuration(
                peakLearningRate: recipe.learningRate.peak),
            counting: [
                model.encoder.table.name: configuration.vocabularySize * configuration.hiddenSize
            ])
    }

    /// Bytes of memory that a step needs, as a plan of pre-training counts them; the best weights,
    /// where they are kept, besides.
    var stepBytes: Int {
        let recipe = setup.recipe
        let longest = setup.train.flatMap(\.examples).map(\.tokenCount).max() ?? 0
        let plan = MemoryPlan(
            model.configuration, precision: recipe.precision, isCheckpointing: false,
            microbatchTokens: max(recipe.batch.microbatch, longest), scored: 1)
        let copies = recipe.evaluate.keep == .best ? trained.reduce(0) { $0 + 4 * $1.count } : 0
        return plan.peak + copies
    }

    /// What is trained, and nothing else that changes: a checkpoint holds these.
    var trained: [Parameter] { optimizer.parameters }

    /// Writes a model folder with the whole token table.
    ///
    /// - Parameters:
    ///   - values: the trained parameters' values; nil for the present ones.
    ///   - decay: what weight decay has left of rows that are not read.
    func write(
        _ values: [Matrix<Float>]?, decay: Double, file: TaskFile, into folder: String
    ) throws {
        let present = values.map { values in
            zip(trained, values).map { parameter, value in
                let present = Matrix<Float>(rows: value.rows, columns: value.columns)
                present.copy(from: parameter.tensor.value)
                parameter.tensor.value.copy(from: value)
                return present
            }
        }
        defer {
            for (parameter, value) in zip(trained, present ?? []) {
                parameter.tensor.value.copy(from: value)
            }
        }
        let table = try Self.table(setup, parallel)
        rows.put(model.encoder.table, into: table, decay: decay, parallel: parallel)
        try ModelFolder.write(
            model, whole: (setup.folder.configuration, table), pooling: setup.writtenPooling,
            tokenizer: HuggingFaceTokenizer(
                setup.tokenizer, maximumLength: model.configuration.maximumPositions),
            into: folder)
        try file.write(into: folder)
    }

    /// The whole token table as training starts from it.
    private static func table(_ setup: FinetuneSetup, _ parallel: Parallel) throws -> Parameter {
        let whole = TaskModel(configuration: setup.folder.configuration, task: setup.task)
        if setup.recipe.startsAtRandom {
            whole.initialize([.encoder], seed: setup.recipe.seed, parallel: parallel)
        } else {
            try setup.folder.load(into: [whole.encoder.table])
        }
        return whole.encoder.table
    }

    /// Gives everything but the token table its first values.
    private static func fill(
        _ model: TaskModel, _ setup: FinetuneSetup, _ parallel: Parallel
    ) throws {
        let (folder, recipe) = (setup.folder, setup.recipe)
        let isFound = !recipe.startsAtRandom
        let head = model.head
        let preparation = head?.preparationParameters ?? []
        let hasPreparation = isFound && folder.holds(preparation)
        var missing: Set<TaskModel.InitialPart> = isFound ? [] : [.encoder]
        if !hasPreparation { missing.insert(.preparation) }
        if !setup.labels.keepsClassifier { missing.insert(.classifier) }
        model.initialize(missing, seed: recipe.seed, parallel: parallel)
        var found: [Parameter] = []
        if isFound { found += model.encoder.parameters.dropFirst() }
        if hasPreparation { found += preparation }
        if setup.labels.keepsClassifier, let head { found += [head.weight, head.bias] }
        try folder.load(into: found)
    }
}
