import Autograd
import Diagnostics
import Formats
import ModelFolders
import Optimizers

/// The optimizer's memory on disk: `exp_avg` and `exp_avg_sq` of every parameter in fp32, under
/// the parameter's name, and the number of steps in the header.
package enum OptimizerFile {
    private static let stepKey = "step"

    /// Writes the moments and the step count to `path`.
    package static func write(_ optimizer: StableAdamW, to path: String) throws {
        try MatrixFile.write(
            matrices(of: optimizer), to: path,
            metadata: [stepKey: String(optimizer.stepCount)])
    }

    /// Overwrites the moments and the step count of `optimizer`; an `InputError` names the first
    /// tensor that does not belong to its parameters.
    package static func restore(_ optimizer: StableAdamW, from path: String) throws {
        let file = try SafetensorsFile(path: path)
        guard let stepCount = file.metadata[stepKey].flatMap({ Int($0) }),
            (0...TrainerState.largestCount).contains(stepCount)
        else {
            throw InputError(
                at: "\(path): __metadata__.\(stepKey)", expected: "the number of steps taken",
                found: file.metadata[stepKey] ?? "no such key",
                remedy: "Name a checkpoint that mmbert-train wrote.")
        }
        let matrices = matrices(of: optimizer)
        try MatrixFile.check(file, holds: matrices.map { ($0.name, $0.shape) })
        try MatrixFile.read(matrices, from: file)
        optimizer.restore(stepCount: stepCount)
    }

    private static func matrices(of optimizer: StableAdamW) -> [NamedMatrix] {
        zip(optimizer.parameters, optimizer.moments).flatMap { parameter, moments in
            [
                NamedMatrix(
                    name: "\(parameter.name).exp_avg", shape: parameter.shape,
                    matrix: moments.first),
                NamedMatrix(
                    name: "\(parameter.name).exp_avg_sq", shape: parameter.shape,
                    matrix: moments.second),
            ]
        }
    }
}
