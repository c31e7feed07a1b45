import Autograd
import Checkpoints
import Diagnostics
import Formats
import ModelFolders
import TensorCore

/// Checkpoints of a fine-tuning run: the trained weights, their moments, the best weights so far,
/// and the state. What is not trained is in the folder that the run started from.
struct FinetuneStore {
    private static let weights = "weights.safetensors"
    private static let optimizer = "optimizer.safetensors"
    private static let best = "best.safetensors"
    private static let state = "state.json"

    private let store: CheckpointStore

    /// The store in a run's folder.
    init(folder: String) throws {
        store = try CheckpointStore(folder: folder, keep: 1)
    }

    /// The store in a run's folder, which may be missing, to look at: nothing is made or mended.
    init(reading folder: String) { store = CheckpointStore(reading: folder) }

    /// What was wrong with the store and is mended; nil for nothing.
    var repair: String? { store.repair }

    /// Saves.
    func save(
        _ weights: FinetuneWeights, best: [Matrix<Float>]?, state: FinetuneState
    ) throws {
        let named = weights.trained.map(NamedMatrix.init)
        try store.save(
            name:
                "step-\(String(repeating: "0", count: max(0, 7 - "\(state.step)".count)))\(state.step)"
        ) { folder in
            try MatrixFile.write(named, to: Folder.join(folder, Self.weights))
            try OptimizerFile.write(weights.optimizer, to: Folder.join(folder, Self.optimizer))
            if let best {
                try MatrixFile.write(
                    zip(named, best).map {
                        NamedMatrix(name: $0.name, shape: $0.shape, matrix: $1)
                    }, to: Folder.join(folder, Self.best))
            }
            try JSONFile.write(state, to: Folder.join(folder, Self.state), synchronized: false)
        }
    }

    /// The newest checkpoint that is whole, and what is wrong with newer ones.
    func newest() throws -> (checkpoint: Checkpoint?, damages: [InputError]) {
        try store.newestIntact()
    }

    /// The state in a checkpoint that is whole.
    ///
    /// - Throws: `InputError` also for a checkpoint of another kind of run, which has none.
    func state(of checkpoint: Checkpoint) throws -> FinetuneState {
        let path = Folder.join(checkpoint.folder, Self.state)
        guard try Folder.exists(path) else {
            throw InputError(
                at: checkpoint.folder, expected: "a checkpoint of fine-tuning",
                found: "one of another kind of run",
                remedy: "Name another folder with --run, or move this run away.")
        }
        return try JSONFile.read(path)
    }

    /// Restores weights and moments; the best weights, if the checkpoint has any.
    func restore(
        _ weights: FinetuneWeights, from checkpoint: Checkpoint
    ) throws -> [Matrix<Float>]? {
        let named = weights.trained.map(NamedMatrix.init)
        try Self.read(named, from: Folder.join(checkpoint.folder, Self.weights))
        for parameter in weights.trained { parameter.didChange() }
        try OptimizerFile.restore(
            weights.optimizer, from: Folder.join(checkpoint.folder, Self.optimizer))
        let path = Folder.join(checkpoint.folder, Self.best)
        guard try Folder.exists(path) else { return nil }
        let best = named.map {
            NamedMatrix(
                name: $0.name, shape: $0.shape,
                matrix: Matrix(rows: $0.matrix.rows, columns: $0.matrix.columns))
        }
        try Self.read(best, from: path)
        return best.map(\.matrix)
    }

    private static func read(_ matrices: [NamedMatrix], from path: String) throws {
        let file = try SafetensorsFile(path: path)
        try MatrixFile.check(file, holds: matrices.map { ($0.name, $0.shape) })
        try MatrixFile.read(matrices, from: file)
    }
}
