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

        enum CodingKeys: String, CodingKey {
            case architectures
            case names = "id2label"
            case count = "num_labels"
            case problem = "problem_type"
            case pooling = "classifier_pooling"
            case dropout = "classifier_dropout"
        }
    }

    /// transformers' names of the classes of ModernBERT with heads.
    private static let classes: [(name: String, kind: TaskHead.Kind)] = [
        ("ModernBertForSequenceClassification", .sequence),
        ("ModernBertForTokenClassification", .tokens),
        ("ModernBertForQuestionAnswering", .answers),
        ("ModernBertForMultipleChoice", .choice),
    ]

    private let path: String
    private let fields: Fields

    /// Reads the file at `path`.
    ///
    /// - Throws: `InputError` for keys that are not what transformers writes.
    init(contentsOf path: String) throws {
        self.path = path
        do {
            fields = try JSONDecoder().decode(
                Fields.self, from: Data(FileContents.readIfPresent(path) ?? []))
        } catch DecodingError.typeMismatch(_, let context) {
            let keys = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw InputError(
                at: "\(path): \(keys)", expected: "what transformers writes there",
                found: "another type", remedy: "Fix the model's configuration.")
        }
    }

    /// The architecture that the file names; nil where it names none.
    private var architecture: String? { fields.architectures?.first }

    /// The kind of head that the file names; nil for none of a task.
    private var kind: TaskHead.Kind? { Self.classes.first { $0.name == architecture }?.kind }

    /// The head of a folder that has a tensor of one, `tensor` in the file at `weights`.
    ///
    /// - Throws: `InputError` where the file names another architecture, or labels that are not
    ///   numbered from 0.
    func required(for tensor: String, in weights: String) throws -> TaskHead {
        guard let kind else {
            let names = Self.classes.map(\.name).joined(separator: ", ")
            throw InputError(
                at: "\(path): architectures",
                expected: "one of \(names), as \(weights) has "
                    + "\(tensor), a tensor of a head for a task",
                found: architecture ?? "no such key",
                remedy: "Save the model with its config.json in transformers, or the encoder "
                    + "alone: AutoModel.from_pretrained(FOLDER).save_pretrained(OTHER).")
        }
        let objective = try value(fields.problem, "problem_type", TaskHead.Objective.self)
        var labels = try self.labels()
        if kind == .choice { labels = TaskHead.placeholders(1) }
        return TaskHead(
            kind, labels: labels,
            objective: objective ?? (labels.count == 1 ? .regression : .oneLabel),
            pooling: try pooling() ?? .cls, dropout: fields.dropout ?? 0)
    }

    /// How the file says that sequences are pooled; nil where it does not.
    func pooling() throws -> TaskHead.Pooling? {
        try value(fields.pooling, "classifier_pooling", TaskHead.Pooling.self)
    }

    /// Checks that the file names no head for a task, of which there is no tensor in the file at
    /// `weights`.
    func checkAbsence(in weights: String?) throws {
        guard kind != nil, let architecture else { return }
        throw InputError(
            at: "\(path): architectures",
            expected: "a masked language model or an encoder, since "
                + "\(weights ?? "the folder") has no tensor classifier.weight",
            found: architecture, remedy: "Save the model anew in transformers, with its head.")
    }

    private func labels() throws -> [String] {
        guard let names = fields.names else {
            return TaskHead.placeholders(fields.count ?? 2)
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
    static func architecture(of task: TaskHead?) -> String {
        guard let task else { return "ModernBertForMaskedLM" }
        return classes.first { $0.kind == task.kind }?.name ?? ""
    }

    /// The lines of `id2label`; none without a task.
    static func idToLabel(of task: TaskHead?) -> String {
        members("id2label", of: task) { ("\($0)", string($1)) }
    }

    /// The lines of `label2id`; none without a task.
    static func labelToID(of task: TaskHead?) -> String {
        members("label2id", of: task) { (unquoted($1), "\($0)") }
    }

    /// The line of `problem_type`; none where it says nothing.
    static func problemType(of task: TaskHead?) -> String {
        guard let task, task.kind == .sequence else { return "" }
        return "  \"problem_type\": \"\(task.objective.rawValue)\",\n"
    }

    private static func members(
        _ key: String, of task: TaskHead?, member: (Int, String) -> (String, String)
    ) -> String {
        guard let task else { return "" }
        let lines = task.labels.enumerated().map { index, label in
            let (key, value) = member(index, label)
            return "    \"\(key)\": \(value)"
        }
        return "  \"\(key)\": {\n\(lines.joined(separator: ",\n"))\n  },\n"
    }

    /// Text as a JSON string.
    private static func string(_ text: String) -> String { "\"\(unquoted(text))\"" }

    /// Text as it stands between the quotation marks of a JSON string.
    private static func unquoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { json, scalar in
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
    }
}

extension ModernBERTConfiguration {
    /// The parameters of a head for a task.
    func shapes(of task: TaskHead) -> [ParameterShape] {
        TaskModel(configuration: self, task: task).head.parameters.map {
            ParameterShape(name: $0.name, shape: $0.shape)
        }
    }
}
