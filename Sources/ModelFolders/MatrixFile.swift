import Autograd
import Diagnostics
import Formats
import TensorCore

/// Matrices in a safetensors file, each under its name and with the shape it has there.
package struct NamedMatrix {
    package let name: String
    package let shape: [Int]
    package let matrix: Matrix<Float>

    package init(name: String, shape: [Int], matrix: Matrix<Float>) {
        (self.name, self.shape, self.matrix) = (name, shape, matrix)
    }

    /// A parameter's value under its Hugging Face name.
    package init(_ parameter: Parameter) {
        self.init(name: parameter.name, shape: parameter.shape, matrix: parameter.tensor.value)
    }
}

/// Safetensors files of matrices that are in memory, and back.
package enum MatrixFile {
    /// Writes `matrices` to `path`, their numbers rounded to `element`.
    package static func write(
        _ matrices: [NamedMatrix], to path: String, element: SafetensorsElement = .f32,
        metadata: [String: String] = [:]
    ) throws {
        let writer = try SafetensorsWriter(
            path: path,
            tensors: matrices.map { .init(name: $0.name, element: element, shape: $0.shape) },
            metadata: metadata.merging(["format": "pt"]) { own, _ in own })
        let matrices = Dictionary(uniqueKeysWithValues: matrices.map { ($0.name, $0.matrix) })
        for tensor in writer.layout {
            guard let matrix = matrices[tensor.name] else { continue }
            try matrix.withElements { try writer.write($0, to: tensor.name) }
        }
        try writer.finish(synchronized: false)
    }

    /// Checks that `file` holds tensors of exactly these names and shapes; an `InputError` names
    /// the first that is missing, misshapen or superfluous.
    package static func check(
        _ file: SafetensorsFile, holds expected: [(name: String, shape: [Int])]
    )
        throws
    {
        for (name, shape) in expected {
            guard let tensor = file.tensor(named: name) else {
                throw mismatch(file, name, expected: "shape \(shape)", found: "no such tensor")
            }
            guard tensor.shape == shape else {
                throw mismatch(
                    file, name, expected: "shape \(shape)", found: "shape \(tensor.shape)")
            }
        }
        let names = Set(expected.map(\.name))
        for tensor in file.tensors where !names.contains(tensor.name) {
            throw mismatch(
                file, tensor.name, expected: "no tensor of this name",
                found: "one of shape \(tensor.shape)")
        }
    }

    /// Overwrites every matrix by the tensor of its name; `check` has been called.
    package static func read(_ matrices: [NamedMatrix], from file: SafetensorsFile) throws {
        for target in matrices {
            try target.matrix.withMutableElements { try file.read(target.name, into: &$0) }
        }
    }

    private static func mismatch(
        _ file: SafetensorsFile, _ tensor: String, expected: String, found: String
    ) -> InputError {
        InputError(
            at: "\(file.path): \(tensor)", expected: expected, found: found,
            remedy: "The weights belong to another model: check the recipe's model and the folder.")
    }
}
