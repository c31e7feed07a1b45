import Diagnostics
import Formats
import Serialization

/// How predictions are written.
public enum PredictionFormat: Sendable, Equatable {
    /// A JSON object on each line, with `id` and what is predicted: `label`, or `labels`, and
    /// `scores` by name; `score`; `tags` and `scores`; `text`, `start`, `end`, `score` and `no_answer_score`;
    /// `choice` and `scores`.
    case json
    /// `{id: text}`, which SQuAD's scripts read: of answers.
    case squad
    /// Under `index` and `prediction` the id and the label or score, parted by a tab, as GLUE's
    /// server reads them. Of a task whose files have numbers as labels, these.
    case glue(GLUETask? = nil)
    /// Word and tag, parted by a tab; blank lines part the sentences.
    case conll

    /// What people call the format.
    public var name: String {
        switch self {
        case .json: "json"
        case .squad: "squad"
        case .glue: "glue"
        case .conll: "conll"
        }
    }
}

/// A file of predictions, in the order in which they are added. It is there once it is finished;
/// standard output, `-`, gets them at once.
public struct PredictionWriter: ~Copyable {
    /// Predictions that were added.
    public private(set) var count = 0
    private let file: Target
    private let format: PredictionFormat

    /// Where predictions go.
    private struct Target {
        let path: String
        private let output: OutputFile?

        init(path: String) throws {
            self.path = path == "-" ? "standard output" : path
            output = path == "-" ? nil : try OutputFile(path: path)
        }

        func write(_ text: String) throws { try write(Array(text.utf8)) }

        func write(_ bytes: [UInt8]) throws {
            if let output { return try output.write(bytes) }
            try StandardOutput.write(String(decoding: bytes, as: UTF8.self))
        }

        func finish() throws {
            if let output { try output.finish() } else { try StandardOutput.flush() }
        }
    }

    /// Begins the file at `path`.
    ///
    /// - Throws: `InputError` for a folder in which it cannot be written.
    public init(path: String, format: PredictionFormat = .json) throws {
        let file = try Target(path: path)
        if case .glue = format { try file.write("index\tprediction\n") }
        if format == .squad { try file.write("{") }
        (self.file, self.format) = (file, format)
    }

    /// Adds the prediction of the next example.
    ///
    /// - Parameters:
    ///   - id: what its file calls the example.
    ///   - words: the example's words, of which the format `conll` needs as many as tags.
    /// - Throws: `InputError` for a prediction that the format does not have, a text with
    ///   separators in it, and a file that cannot be written.
    public mutating func add(
        _ prediction: Prediction, id: String, words: [String] = []
    ) throws {
        switch (format, prediction) {
        case (.json, _):
            var json = JSONWriter()
            json.add(prediction, id: id)
            try file.write(json.text + [0x0a])
        case (.squad, .answer(let answer)):
            var json = JSONWriter()
            json.object {
                $0.key(id)
                $0.string(answer.text)
            }
            // The member without the braces around it.
            try file.write(count == 0 ? "\n" : ",\n")
            try file.write(Array(json.text.dropFirst().dropLast()))
        case (.glue(let task), .label(let name, _)):
            let label = try task?.submitted(name, at: file.path) ?? name
            try file.write(row([id, label]))
        case (.glue, .score(let score)) where score.isFinite:
            try file.write(row([id, "\(score)"]))
        case (.conll, .tags(let tags, _)):
            precondition(
                words.count == tags.count,
                "PredictionWriter.add: \(words.count) words, \(tags.count) tags")
            for (word, tag) in zip(words, tags) { try file.write(row([word, tag])) }
            try file.write("\n")
        default:
            throw InputError(
                at: file.path, expected: "what the format \(format.name) has, \(format.contents)",
                found: prediction.kind, remedy: "Write the predictions as json, which has all.")
        }
        count += 1
    }

    /// Ends the file, which has its name from now on.
    ///
    /// - Throws: `InputError` for a file that cannot be written.
    public consuming func finish() throws {
        if format == .squad { try file.write("\n}\n") }
        try file.finish()
    }

    /// Columns parted by a tab.
    private func row(_ columns: [String]) throws -> String {
        if let text = columns.first(where: { $0.contains { $0 == "\t" || $0.isNewline } }) {
            throw InputError(
                at: file.path, expected: "ids, words and labels without tabs and line ends",
                found: visible("“\(text.prefix(40))”"),
                remedy: "Write the predictions as json, which escapes them.")
        }
        return columns.joined(separator: "\t") + "\n"
    }
}

extension PredictionFormat {
    /// What the format has.
    fileprivate var contents: String {
        switch self {
        case .json: "any prediction"
        case .squad: "answers"
        case .glue: "labels and finite scores"
        case .conll: "tags"
        }
    }
}

extension GLUETask {
    /// How GLUE's server writes a label: by its number where the task's files do.
    fileprivate func submitted(_ label: String, at location: String) throws -> String {
        guard let labels else { return label }
        let name = try labels.required(label, at: location)
        switch self {
        case .mnli, .snli, .qnli, .rte, .stsb: return name
        case .cola, .sst2, .mrpc, .qqp, .wnli:
            return labels.names.firstIndex(of: name).map { "\($0)" } ?? name
        }
    }
}

extension JSONWriter {
    /// Writes a prediction as an object.
    fileprivate mutating func add(_ prediction: Prediction, id: String) {
        object { json in
            json.key("id")
            json.string(id)
            switch prediction {
            case .label(let name, let scores):
                json.key("label")
                json.string(name)
                json.add(scores)
            case .labels(let names, let scores):
                json.key("labels")
                json.array { json in names.forEach { json.string($0) } }
                json.add(scores)
            case .score(let score):
                json.key("score")
                json.number(score)
            case .tags(let tags, let scores):
                json.key("tags")
                json.array { json in tags.forEach { json.string($0) } }
                json.add(scores)
            case .answer(let answer):
                json.add(answer)
            case .choice(let choice, let scores):
                json.key("choice")
                json.integer(choice)
                json.add(scores)
            }
        }
    }

    private mutating func add(_ answer: PredictedAnswer) {
        key("text")
        string(answer.text)
        for (name, place) in [
            ("start", answer.range?.lowerBound), ("end", answer.range?.upperBound),
        ] {
            key(name)
            if let place { integer(place) } else { null() }
        }
        key("score")
        number(answer.score)
        key("no_answer_score")
        if let score = answer.noAnswerScore { number(score) } else { null() }
    }

    private mutating func add(_ scores: [NamedScore]) {
        guard !scores.isEmpty else { return }
        key("scores")
        object { json in
            for score in scores {
                json.key(score.name)
                json.number(score.score)
            }
        }
    }

    private mutating func add(_ scores: [Double]) {
        guard !scores.isEmpty else { return }
        key("scores")
        array { json in scores.forEach { json.number($0) } }
    }
}
