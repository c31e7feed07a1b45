import Diagnostics
import Formats

/// The models of a merge, opened: all hold the same tensors in the same shapes.
struct MergeInputs {
    /// A tensor that all models hold.
    struct Tensor {
        let name: String
        let shape: [Int]
        let count: Int
    }

    /// The common ancestor, if there is one.
    let base: SafetensorsFolder?
    /// The models, in the order of their weights.
    let models: [SafetensorsFolder]
    /// What every one of them holds, in the order of the first.
    let tensors: [Tensor]

    /// Opens the weights in each folder, in one file or several; an `InputError` names the first
    /// tensor that a model lacks, has in another shape, or has beyond the others.
    init(base: String?, models: [String]) throws {
        self.base = try base.map(SafetensorsFolder.init(path:))
        self.models = try models.map(SafetensorsFolder.init(path:))
        let all = (self.base.map { [$0] } ?? []) + self.models
        let first = all[0]
        tensors = first.tensors.filter { !Self.isCopy($0.name, in: first) }.map {
            Tensor(name: $0.name, shape: $0.shape, count: $0.shape.reduce(1, *))
        }
        for other in all.dropFirst() { try Self.compare(other, with: first) }
        for model in all where Self.isCopy(Self.decoder, in: model) {
            try Self.requireTied(model)
        }
    }

    private static let decoder = "decoder.weight"
    private static let table = "model.embeddings.tok_embeddings.weight"

    /// Whether a tensor is the token table once more, as some store the decoder.
    private static func isCopy(_ name: String, in model: SafetensorsFolder) -> Bool {
        name == decoder && model.tensor(named: decoder) != nil
            && model.tensor(named: table) != nil
    }

    private static func compare(_ other: SafetensorsFolder, with first: SafetensorsFolder) throws {
        for tensor in first.tensors where !isCopy(tensor.name, in: first) {
            guard let found = other.tensor(named: tensor.name) else {
                throw mismatch(
                    other, tensor.name, "shape \(tensor.shape) as in \(first.path)",
                    "no such tensor")
            }
            guard found.shape == tensor.shape else {
                throw mismatch(
                    other, tensor.name, "shape \(tensor.shape) as in \(first.path)",
                    "shape \(found.shape)")
            }
        }
        for tensor in other.tensors
        where first.tensor(named: tensor.name) == nil && !isCopy(tensor.name, in: other) {
            throw mismatch(other, tensor.name, "no such tensor, as in \(first.path)", "one")
        }
    }

    /// Throws an `InputError` unless a stored decoder is the token table, number by number.
    private static func requireTied(_ model: SafetensorsFolder) throws {
        guard let found = try model.firstDifference(of: decoder, from: table) else { return }
        throw mismatch(
            model, decoder, "the numbers of \(table), to which the decoder is tied", found)
    }

    private static func mismatch(
        _ model: SafetensorsFolder, _ tensor: String, _ expected: String, _ found: String
    ) -> InputError {
        InputError(
            at: "\(model.path(of: tensor)): \(tensor)", expected: expected, found: found,
            remedy: "Merge models of one architecture and vocabulary only.")
    }
}
