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
    let base: SafetensorsFile?
    /// The models, in the order of their weights.
    let models: [SafetensorsFile]
    /// What every one of them holds, in the order of the first file.
    let tensors: [Tensor]

    /// Opens `model.safetensors` in each folder; an `InputError` names the first tensor that a
    /// model lacks, has in another shape, or has beyond the others.
    init(base: String?, models: [String]) throws {
        self.base = try base.map(Self.open)
        self.models = try models.map(Self.open)
        let files = (self.base.map { [$0] } ?? []) + self.models
        let first = files[0]
        tensors = first.tensors.map {
            Tensor(name: $0.name, shape: $0.shape, count: $0.shape.reduce(1, *))
        }
        for file in files.dropFirst() { try Self.compare(file, with: first) }
    }

    private static func open(_ folder: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: Folder.join(folder, "model.safetensors"))
    }

    private static func compare(_ file: SafetensorsFile, with first: SafetensorsFile) throws {
        for tensor in first.tensors {
            guard let other = file.tensor(named: tensor.name) else {
                throw mismatch(
                    file, tensor.name, "shape \(tensor.shape) as in \(first.path)", "no such tensor"
                )
            }
            guard other.shape == tensor.shape else {
                throw mismatch(
                    file, tensor.name, "shape \(tensor.shape) as in \(first.path)",
                    "shape \(other.shape)")
            }
        }
        for tensor in file.tensors where first.tensor(named: tensor.name) == nil {
            throw mismatch(file, tensor.name, "no such tensor, as in \(first.path)", "one")
        }
    }

    private static func mismatch(
        _ file: SafetensorsFile, _ tensor: String, _ expected: String, _ found: String
    ) -> InputError {
        InputError(
            at: "\(file.path): \(tensor)", expected: expected, found: found,
            remedy: "Merge models of one architecture and vocabulary only.")
    }
}
