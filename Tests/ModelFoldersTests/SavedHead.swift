import Autograd
import Encoders
import Foundation
import Formats
import Host
import ModelFolders
import TensorCore
import TestSupport

/// A folder with a head for a task that transformers saved; see Fixtures/Heads/make_heads.py.
enum SavedHead {
    static func path(_ name: String) -> String { Fixtures.path("Heads/models/\(name)") }

    /// A copy of the folder `name`, to be changed.
    static func copy(_ name: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for file in try Folder.contents(of: path(name)) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path(name) + "/" + file))
            try folder.write(Array(bytes), to: file)
        }
        return folder
    }
}

extension TaskModel {
    /// A tiny model of initial weights with this head.
    static func tiny(_ task: TaskHead, padTokenID: Int = 0) -> TaskModel {
        var configuration = TinyModel.configuration()
        configuration.padTokenID = padTokenID
        let model = TaskModel(configuration: configuration, task: task)
        model.initialize(
            [.encoder, .preparation, .classifier], seed: 3, parallel: Parallel(threads: 1))
        for (index, parameter) in model.parameters.enumerated() where !parameter.decays {
            // Norms and the bias, too, unlike any other number.
            let count = parameter.count
            let numbers = testNumbers(count, seed: UInt64(index), scale: 0.3).map { 1 + $0 }
            parameter.tensor.value.copy(from: Matrix(rows: 1, columns: count, elements: numbers))
        }
        return model
    }
}

extension TaskHead {
    /// A head of every kind there is, and every way it is pooled and trained.
    static let all = [
        TaskHead(.sequence, labels: ["LABEL_0"], objective: .regression),
        TaskHead(.sequence, labels: ["b", "a"], pooling: .mean, dropout: 0.125),
        TaskHead(.sequence, labels: ["alone"], objective: .oneLabel),
        TaskHead(
            .sequence, labels: ["\"", "\\", "a\tb\u{1}", "Größe", "汉 字"], objective: .manyLabels),
        TaskHead(.tokens, labels: ["B-X", "I-X", "O"], pooling: .mean),
        TaskHead(.tokens, labels: ["only"]),
        .answers, .choice(pooling: .cls), .choice(pooling: .mean),
    ]
}
