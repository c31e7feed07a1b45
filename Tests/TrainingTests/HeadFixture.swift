import Autograd
import Encoders
import Formats
import Foundation
import Host
import ModelFolders
import Optimizers
import PackedBatches
import TensorCore
import TestSupport
import Testing
import Training

/// A tiny model with a head that transformers saved, with what it computes and how torch trains it;
/// see Fixtures/Heads/make_heads.py.
struct HeadFixture: Sendable, CustomTestStringConvertible {
    static let names = [
        "score-cls", "score-mean", "label-cls-2", "label-mean-2", "label-cls-5", "label-mean-5",
        "labels-mean-5", "tokens-1", "tokens-5", "answers", "choice-cls", "choice-mean",
    ]
    static let trained = ["label-cls-2", "tokens-5", "choice-mean"].map { Self($0) }

    /// Those of make_heads.py, and of the older families of Fixtures/Families/make_families.py.
    static let all = names.map { Self($0) } + older.map { Self(older: $0) }
    static let older = [
        "xlmr-label-3", "xlmr-labels-3", "xlmr-score", "xlmr-tokens-3", "xlmr-answers",
        "xlmr-choice", "roberta-label-3", "bert-label-3", "bert-score", "bert-tokens-3",
        "bert-answers", "bert-choice",
    ]
    static let allTrained =
        trained + ["xlmr-label-3", "bert-tokens-3"].map { Self(older: $0) }

    let testDescription: String
    /// The model's folder.
    let path: String

    init(_ name: String) {
        testDescription = name
        path = Fixtures.path("Heads/models/\(name)")
    }

    private init(older name: String) {
        testDescription = name
        path = Fixtures.path("Families/\(name)")
    }

    /// What is learned of examples, and what came of it.
    struct Record: Decodable {
        let sequences: [[Int32]]
        let rows: [[Int32]]
        let types: [[Int32]]?
        let labels: Labels
        let numbers: [[Float]]
        let spans: [[Int32]]
        let choices: Int
        let loss: Double?
        let losses: [Double]?
        let norms: [Double]?
        let rates: [Double]?
    }

    /// One label for each example, or one for each row of each.
    enum Labels: Decodable {
        case ofExamples([Int32])
        case ofRows([[Int32]])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let labels = try? container.decode([Int32].self) {
                self = .ofExamples(labels)
            } else {
                self = .ofRows(try container.decode([[Int32]].self))
            }
        }
    }

    /// The record of one batch, or of twenty steps of training.
    func record(trained: Bool = false) throws -> Record {
        try JSONDecoder().decode(
            Record.self, from: Data(contentsOf: URL(filePath: file(trained, "json"))))
    }

    /// The numbers that were computed.
    func results(trained: Bool = false) throws -> SafetensorsFile {
        try SafetensorsFile(path: file(trained, "safetensors"))
    }

    private func file(_ trained: Bool, _ suffix: String) -> String {
        "\(path)\(trained ? "-trained" : "").\(suffix)"
    }

    /// The model, which drops nothing.
    func model(dropout: Double = 0) throws -> TaskModel {
        let loaded = try ModelFolder(path: path).loadTask()
        var (configuration, task) = (loaded.configuration, loaded.task)
        configuration.trainingDropout = dropout
        task.dropout = dropout
        let model = TaskModel(configuration: configuration, task: task)
        for (parameter, source) in zip(model.parameters, loaded.parameters) {
            parameter.tensor.value.copy(from: source.tensor.value)
        }
        return model
    }
}

extension HeadFixture.Record {
    /// The examples that are learned from.
    var examples: [TaskExample] {
        (0..<sequences.count / choices).map { place in
            let own = (place * choices..<(place + 1) * choices).map { index in
                TaskSequence(
                    ids: sequences[index], rows: rows.isEmpty ? [] : rows[index],
                    types: types.flatMap { $0.isEmpty ? nil : $0[index] } ?? [])
            }
            return TaskExample(own, target(of: place))
        }
    }

    private func target(of place: Int) -> TaskTarget {
        if !spans.isEmpty { return .span(first: spans[place][0], last: spans[place][1]) }
        if !numbers.isEmpty { return .numbers(numbers[place]) }
        switch labels {
        case .ofRows(let labels): return .tags(labels[place])
        case .ofExamples(let labels):
            return choices > 1 ? .choice(labels[place]) : .label(labels[place])
        }
    }
}

extension SafetensorsFile {
    /// The numbers under `prefix` and the parameter's name; queries, keys and values are stored by
    /// themselves.
    func floats(_ prefix: String, of parameter: Parameter) throws -> [Float] {
        let fused = ".self.query_key_value."
        guard parameter.name.contains(fused) else { return try floats(prefix + parameter.name) }
        return try ["query", "key", "value"].flatMap {
            try floats(prefix + parameter.name.replacing(fused, with: ".self.\($0)."))
        }
    }
}

extension TaskModel {
    /// A step that trains a part of the model by AdamW.
    func step(
        _ part: TrainedPart = .all, rule: StableAdamW.Configuration = .adamW(),
        precision: Precision = .fp32, microbatchTokens: Int = 4096, threads: Int = 2
    ) -> TaskStep {
        TaskStep(
            model: self,
            optimizer: StableAdamW(parameters: parameters(in: part), configuration: rule),
            trained: part, precision: precision, microbatchTokens: microbatchTokens,
            pool: BufferPool(), parallel: Parallel(threads: threads))
    }
}

/// Compares with a tolerance that is a share of the largest expected number, because small numbers
/// that are sums of large ones carry the large ones' rounding errors.
func mismatch(_ actual: [Float], _ expected: [Float], share: Double) -> Mismatch? {
    let largest = expected.reduce(0) { max($0, $1.magnitude) }
    return TestSupport.mismatch(
        actual, expected, relative: 0, absolute: share * Double(largest))
}
