import Diagnostics
import Encoders
import Formats
import Foundation

/// What a `config.json` says of a head for a task, and how it is written.
struct HuggingFaceHead {
    /// The keys that are read.
    private struct Fields: Decodable {
        let architectures: [String]?
        let names: [String: String]?
        let count: Int?
        let problem: String?
        let pooling: String?
        let dropout: Double?
        let hiddenDropout: Double?

        enum CodingKeys: String, CodingKey {
            case architectures
            case names = "id2label"
            case count = "num_labels"
            case problem = "problem_type"
            case pooling = "classifier_pooling"
            case dropout = "classifier_dropout"
            case hiddenDropout = "hidden_dropout_prob"
        }
    }

    /// transformers' names of a family's classes with heads.
    private static func classes(
        of family: EncoderFamily
    ) -> [(name: String, kind: TaskHead.Kind)] {
        TaskHead.Kind.allCases.filter { $0 != .vectors }.map {
            (family.className + $0.classSuffix, $0)
        }
    }

    /// More labels than any model has.
    private static let mostLabels = 1 << 20

    private let path: String
    private let family: EncoderFamily
    private let fields: Fields

    /// Reads the file at `path`, the configuration of an encoder of `family`.
    ///
    /// - Throws: `InputError` for keys that are not what transformers writes.
    init(contentsOf path: String, family: EncoderFamily) throws {
        (self.path, self.family) = (path, family)
        let json = Data(try FileContents.readIfPresent(path) ?? [])
        do {
            fields = try JSONDecoder().decode(Fields.self, from: json)
        } catch let error as DecodingError {
            throw HuggingFaceFields.describe(error, in: json, path: path)
        }
    }

    /// The architecture that the file names; nil where it names none.
    private var architecture: String? { fields.architectures?.first }

    /// The kind of head that the file names; nil for none of a task.
    private var kind: TaskHead.Kind? {
        Self.classes(of: family).first { $0.name == architecture }?.kind
    }

    /// The head of a folder that has a tensor of one, `tensor` in the file at `weights`.
    ///
    /// - Throws: `InputError` where the file names another architecture, labels that are not
    ///   numbered from 0, or what such a head cannot be.
    func required(for tensor: String, in weights: String) throws -> TaskHead {
        guard let kind else {
            let names = Self.classes(of: family).map(\.name).joined(separator: ", ")
            throw InputError(
                at: "\(path): architectures",
                expected: "one of \(names), as \(weights) has "
                    + "\(tensor), a tensor of a head for a task",
                found: architecture ?? "no such key",
                remedy: "Save the model with its config.json in transformers, or the encoder "
                    + "alone: AutoModel.from_pretrained(FOLDER).save_pretrained(OTHER).")
        }
        let labels = kind == .choice ? TaskHead.placeholders(1) : try self.labels()
        let objective = try value(fields.problem, "problem_type", TaskHead.Objective.self)
        return TaskHead(
            kind, labels: labels,
            objective: try checked(objective, of: kind, labels), pooling: try pooling() ?? .cls,
            dropout: try dropout())
    }

    /// What the outputs of a head of this kind are, if its `labels` can be that.
    private func checked(
        _ objective: TaskHead.Objective?, of kind: TaskHead.Kind, _ labels: [String]
    ) throws -> TaskHead.Objective {
        let key = fields.names == nil ? "num_labels" : "id2label"
        if kind == .answers, labels.count != 2 {
            throw InputError(
                at: "\(path): \(key)",
                expected: "two outputs, one for where answers begin and one for where they end",
                found: "\(labels.count)", remedy: "Fix the model's configuration.")
        }
        guard kind == .sequence else { return .oneLabel }
        if objective == .regression, labels.count > 1 {
            throw InputError(
                at: "\(path): problem_type",
                expected: "another for the \(labels.count) outputs of \(key)",
                found: "regression", remedy: "Only heads with one output are regressions here.")
        }
        return objective ?? (labels.count == 1 ? .regression : .oneLabel)
    }

    private func dropout() throws -> Double {
        // In the older families that of the states stands in for it.
        let states = family == .modernBERT ? 0 : fields.hiddenDropout ?? 0.1
        let rate = fields.dropout ?? states
        guard 0..<1 ~= rate else {
            let key = fields.dropout == nil ? "hidden_dropout_prob" : "classifier_dropout"
            throw InputError(
                at: "\(path): \(key)", expected: "a share of at least 0 and below 1",
                found: "\(rate)", remedy: "Fix the model's configuration.")
        }
        return rate
    }

    /// How the file says that sequences are pooled; nil where it does not. In the older families
    /// nothing says it: the first token's state is read.
    func pooling() throws -> TaskHead.Pooling? {
        guard family == .modernBERT else { return nil }
        return try value(fields.pooling, "classifier_pooling", TaskHead.Pooling.self)
    }

    /// Checks that the file names no head for a task, of which there is no tensor in the file at
    /// `weights`.
    func checkAbsence(in weights: String?) throws {
        guard kind != nil, let architecture else { return }
        throw InputError(
            at: "\(path): architectures",
            expected: "a masked language model or an encoder, since "
                + "\(weights ?? "the folder") has no tensor such as classifier.weight",
            found: architecture, remedy: "Save the model anew in transformers, with its head.")
    }

    private func labels() throws -> [String] {
        guard let names = fields.names else {
            let count = fields.count ?? 2
            guard 1...Self.mostLabels ~= count else {
                throw InputError(
                    at: "\(path): num_labels", expected: "from 1 to \(Self.mostLabels) labels",
                    found: "\(count)", remedy: "Fix the model's configuration.")
            }
            return TaskHead.placeholders(count)
        }
        let labels = (0..<names.count).compactMap { names["\($0)"] }
        guard labels.count == names.count, !labels.isEmpty, Set(labels).count == labels.count
        else {
            throw InputError(
                at: "\(path): id2label", expected: "the names of labels, each once, under 0, 1, …",
                found: names.keys.sorted().prefix(12).joined(separator: ", "),
                remedy: "Number the labels from 0, as transformers does.")
        }
        return labels
    }

    private func value<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String?, _ key: String, _: Value.Type
    ) throws -> Value? {
        guard let text else { return nil }
        if let value = Value(rawValue: text) { return value }
        throw InputError(
            at: "\(path): \(key)",
            expected: Value.allCases.map(\.rawValue).joined(separator: " or "), found: text,
            remedy: "Fix the model's configuration.")
    }
}

extension HuggingFaceHead {
    /// The class that loads a model with this head; of a masked language model for nil.
    static func architecture(of task: TaskHead?, _ family: EncoderFamily) -> String {
        family.className + (task?.kind.classSuffix ?? "ForMaskedLM")
    }

    /// The lines of `id2label`; none without a task.
    static func idToLabel(of task: TaskHead?) -> String {
        members("id2label", of: task) { ("\($0)", JSONText.quoted($1)) }
    }

    /// The lines of `label2id`; none without a task.
    static func labelToID(of task: TaskHead?) -> String {
        members("label2id", of: task) { (JSONText.inside($1), "\($0)") }
    }

    /// The line of `problem_type`; none where it says nothing.
    static func problemType(of task: TaskHead?) -> String {
        guard let task, task.kind == .sequence else { return "" }
        return "  \"problem_type\": \"\(task.objective.rawValue)\",\n"
    }

    private static func members(
        _ key: String, of task: TaskHead?, member: (Int, String) -> (String, String)
    ) -> String {
        guard let task, task.kind != .vectors else { return "" }
        let lines = task.labels.enumerated().map { index, label in
            let (key, value) = member(index, label)
            return "    \"\(key)\": \(value)"
        }
        return "  \"\(key)\": {\n\(lines.joined(separator: ",\n"))\n  },\n"
    }
}

extension EncoderConfiguration {
    /// The parameters of a head for a task.
    func shapes(of task: TaskHead) -> [ParameterShape] {
        (makeHead(for: task)?.parameters ?? []).map {
            ParameterShape(name: $0.name, shape: $0.shape)
        }
    }
}

extension EncoderFamily {
    /// What the names of transformers' classes begin with.
    fileprivate var className: String {
        switch self {
        case .modernBERT: "ModernBert"
        case .xlmRoBERTa: "XLMRoberta"
        case .roBERTa: "Roberta"
        case .bert: "Bert"
        }
    }
}

extension TaskHead.Kind {
    /// What the names of transformers' classes with such a head end with.
    fileprivate var classSuffix: String {
        switch self {
        case .sequence: "ForSequenceClassification"
        case .tokens: "ForTokenClassification"
        case .answers: "ForQuestionAnswering"
        case .choice: "ForMultipleChoice"
        case .vectors: "Model"
        }
    }
}
