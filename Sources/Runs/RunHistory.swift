import Formats
import Serialization

/// What a run has logged so far: `metrics.jsonl` as it stands, read without disturbing who
/// writes it.
package struct RunHistory: Sendable {
    /// A logged step.
    package struct Step: Sendable, Equatable {
        /// Optimizer steps and tokens on the way to here.
        package var step = 0
        package var tokens = 0
        /// Tokens in this stage.
        package var stageTokens = 0
        /// Mean cross entropy of the scored tokens, in nats.
        package var loss = 0.0
        package var learningRate = 0.0
        package var gradientNorm = 0.0
        package var tokensPerSecond = 0.0
        /// When it was logged, in seconds since 1970; nil where the version did not write it.
        package var time: Double?
    }

    /// The steps of a stage.
    package struct Stage: Sendable {
        /// Its name.
        package let name: String
        /// In the order of the file.
        package fileprivate(set) var steps: [Step] = []
    }

    /// Stages that have logged something, in the order in which they began.
    package private(set) var stages: [Stage] = []
    /// Evaluations, in the order of the file.
    package private(set) var evaluations: [EvaluationRecord] = []
    /// What probes learned, in the order of the file.
    package private(set) var probes: [ProbeRecord] = []
    /// What finished stages read.
    package private(set) var readings: [StageRecord] = []
    /// Whole lines that hold no record. The last line may be half written, and does not count.
    package private(set) var unreadableLines = 0

    /// The history in the file at `path`; an empty one where there is no file.
    ///
    /// - Throws: `InputError` where it cannot be read.
    package init(path: String) throws {
        self.init(try FileContents.readIfPresent(path) ?? [])
    }

    /// The history in `contents`.
    package init(_ contents: [UInt8]) {
        var start = contents.startIndex
        while let end = contents[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(contents[start..<end])
            start = end + 1
            do { try add(line) } catch { unreadableLines += 1 }
        }
    }

    /// The steps of the stage `name`.
    package func steps(of name: String) -> [Step] {
        stages.first { $0.name == name }?.steps ?? []
    }

    private mutating func add(_ line: [UInt8]) throws {
        let fields = try MetricFields(line)
        switch fields.type {
        case "step":
            if stages.last?.name != fields.stage,
                !stages.contains(where: { $0.name == fields.stage })
            {
                stages.append(Stage(name: fields.stage))
            }
            guard let index = stages.lastIndex(where: { $0.name == fields.stage }) else { return }
            stages[index].steps.append(fields.taken)
        case "evaluation":
            var record = EvaluationRecord(
                stage: fields.stage, step: fields.taken.step, tokens: fields.taken.tokens,
                isStageEnd: fields.isStageEnd, losses: fields.losses)
            record.time = fields.taken.time
            evaluations.append(record)
        case "probe":
            var record = ProbeRecord(
                stage: fields.stage, step: fields.taken.step, tokens: fields.taken.tokens,
                probe: fields.probe, accuracies: fields.accuracies)
            record.time = fields.taken.time
            probes.append(record)
        case "stage":
            readings.append(
                StageRecord(
                    stage: fields.stage, steps: fields.steps, tokens: fields.taken.tokens,
                    tokensByLanguage: fields.tokensByLanguage))
        default: break
        }
    }
}

/// The fields of a record that a history keeps. A decoder of the standard library takes far longer,
/// and a history is read at every evaluation.
private struct MetricFields {
    var type = ""
    var stage = ""
    var taken = RunHistory.Step()
    var isStageEnd = false
    var losses: [String: Double] = [:]
    var steps = 0
    var tokensByLanguage: [String: Int] = [:]
    var probe = ""
    var accuracies: [String: Double] = [:]

    /// The fields in `line`.
    ///
    /// - Throws: `JSONError` where it is no object, or a field is not what it should be.
    init(_ line: [UInt8]) throws {
        guard String(validating: line, as: UTF8.self) != nil else {
            throw JSONError(position: 0, expected: "UTF-8")
        }
        var reader = JSONReader(line)
        try reader.object { reader, key in try read(key, from: &reader) }
        guard reader.isAtEnd() else { throw reader.failure("the end of the line") }
    }

    private mutating func read(_ key: String, from reader: inout JSONReader) throws {
        switch key {
        case "type": type = try text(&reader)
        case "stage": stage = try text(&reader)
        case "step": taken.step = try reader.integer()
        case "steps": steps = try reader.integer()
        case "tokens": taken.tokens = try reader.integer()
        case "stage_tokens": taken.stageTokens = try reader.integer()
        case "loss": taken.loss = try number(&reader)
        case "learning_rate": taken.learningRate = try number(&reader)
        case "gradient_norm": taken.gradientNorm = try number(&reader)
        case "tokens_per_second": taken.tokensPerSecond = try number(&reader)
        case "time": taken.time = try reader.optional { try number(&$0) }
        case "is_stage_end": isStageEnd = try reader.boolean()
        case "probe": probe = try text(&reader)
        case "accuracies": try reader.object { accuracies[$1] = try number(&$0) }
        case "losses": try reader.object { losses[$1] = try number(&$0) }
        case "tokens_by_language":
            try reader.object { tokensByLanguage[$1] = try $0.integer() }
        default: try reader.skip()
        }
    }

    /// A finite number, as all that is logged are.
    private func number(_ reader: inout JSONReader) throws -> Double {
        let number = try reader.number()
        guard number.isFinite else { throw reader.failure("a finite number") }
        return number
    }

    private func text(_ reader: inout JSONReader) throws -> String {
        String(decoding: try reader.string(), as: UTF8.self)
    }
}
