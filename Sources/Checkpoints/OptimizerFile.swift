import Diagnostics
import Formats
import ModelFolders
import Optimizers

/// The optimizer's memory on disk: `exp_avg` and `exp_avg_sq` of every parameter in fp32, under
/// the parameter's name, and the number of steps in the header.
package enum OptimizerFile {
    private static let stepKey = "step"

    /// Writes the moments and the step count to `path`. Where ranks share the moments, all of them
    /// call `gatherMoments`, rank 0 by this.
    ///
    /// - Parameter willGather: called once before the others are needed.
    package static func write(
        _ optimizer: StableAdamW, to path: String, willGather: () throws -> Void = {}
    ) throws {
        let writer = try SafetensorsWriter(
            path: path,
            tensors: optimizer.momentTensors.map { .init(name: $0.name, shape: $0.shape) },
            metadata: [stepKey: String(optimizer.stepCount), "format": "pt"])
        try willGather()
        try optimizer.gatherMoments { tensor, offset, elements in
            try writer.write(elements, to: tensor.name, from: offset)
        }
        try writer.finish(synchronized: false)
    }

    /// Overwrites the moments and the step count of `optimizer`; an `InputError` names the first
    /// tensor that does not belong to its parameters. Where ranks share the moments, all of them
    /// call `spreadMoments`, rank 0 by this.
    ///
    /// - Parameter willSpread: called once before the others are needed.
    package static func restore(
        _ optimizer: StableAdamW, from path: String,
        willSpread: (_ stepCount: Int) throws -> Void = { _ in }
    ) throws {
        let file = try SafetensorsFile(path: path)
        guard let stepCount = file.metadata[stepKey].flatMap({ Int($0) }),
            (0...TrainerState.largestCount).contains(stepCount)
        else {
            throw InputError(
                at: "\(path): __metadata__.\(stepKey)", expected: "the number of steps taken",
                found: file.metadata[stepKey] ?? "no such key",
                remedy: "Name a checkpoint that mmbert-train wrote.")
        }
        try MatrixFile.check(file, holds: optimizer.momentTensors.map { ($0.name, $0.shape) })
        try willSpread(stepCount)
        try optimizer.spreadMoments { tensor, offset, elements in
            try file.read(tensor.name, from: offset, into: &elements)
        }
        optimizer.restore(stepCount: stepCount)
    }
}
