import Diagnostics
import Serialization

/// Questions with their true answers: SQuAD's JSON, or JSON lines with “id” and “answers”.
struct QuestionFile {
    /// A question.
    struct Question {
        var id: String
        var answers: [String]
    }

    /// The file's name, for messages.
    let path: String
    private(set) var questions: [Question] = []

    init(_ path: String, needsAnswers: Bool) throws {
        self.path = path
        let text = try wholeText(path)
        if startsWithMember("id", text) {
            for line in try MeasuredFile(path, lines: textLines(of: text, path)).lines {
                questions.append(try Self.question(line))
            }
        } else {
            try readingJSON(text, at: { "\(path):\($0)" }) { try readData(&$0) }
        }
        var seen: Set<[UInt8]> = []
        for question in questions where !seen.insert(Array(question.id.utf8)).inserted {
            throw InputError(
                at: path, expected: "questions with an id each",
                found: "“\(question.id)” a second time", remedy: "Leave one of them out.")
        }
        guard !questions.isEmpty else {
            throw InputError(
                at: path, expected: "questions", found: "none", remedy: "Check the path.")
        }
        if needsAnswers, let empty = questions.first(where: \.answers.isEmpty) {
            throw InputError(
                at: path, expected: "an answer to each question",
                found: "none to “\(empty.id)”",
                remedy: "Use --metric squad-v2, which scores questions without an answer.")
        }
    }

    private static func question(_ line: MeasuredLine) throws -> Question {
        let answers = line.fields["answers"]
        let texts: [JSONValue]? =
            answers?.array?.map { answer in
                answer.object?.first { $0.key == "text" }?.value ?? answer
            } ?? answers?.object?.first { $0.key == "text" }?.value.array
        guard let id = line.id, let texts, case let found = texts.compactMap(\.text),
            found.count == texts.count
        else {
            throw line.error(
                expected: "“id” and “answers”, a list of texts or of objects with “text”",
                found: "something else", remedy: "Correct the line.")
        }
        return Question(id: id, answers: found)
    }

    /// `{"data": [{"paragraphs": [{"qas": […]}]}]}`.
    private mutating func readData(_ reader: inout JSONReader) throws {
        var found: [Question] = []
        func list(
            _ name: String, in reader: inout JSONReader,
            _ element: (inout JSONReader) throws -> Void
        ) throws {
            try reader.object { reader, key in
                if key == name { try reader.array(element) } else { try reader.skip() }
            }
        }
        try list("data", in: &reader) { reader in
            try list("paragraphs", in: &reader) { reader in
                try list("qas", in: &reader) { found.append(try Self.question(&$0)) }
            }
        }
        questions = found
    }

    private static func question(_ reader: inout JSONReader) throws -> Question {
        var id: String?
        var answers: [String] = []
        try reader.object { reader, key in
            switch key {
            case "id": id = try JSONValue(&reader).text
            case "answers":
                try reader.array { reader in
                    try reader.object { reader, key in
                        if key == "text" {
                            answers.append(try reader.text())
                        } else {
                            try reader.skip()
                        }
                    }
                }
            default: try reader.skip()
            }
        }
        guard let id else { throw reader.failure("an “id” in the question before this") }
        return Question(id: id, answers: answers)
    }
}

/// Whether a text begins with a JSON object on one line that has this member.
func startsWithMember(_ name: String, _ text: [UInt8]) -> Bool {
    let line = text.drop { $0 <= 0x20 }.prefix { $0 != 0x0a }
    var reader = JSONReader(Array(line), loneSurrogates: .replaced)
    var found = false
    do {
        try reader.object { reader, key in
            if key == name { found = true }
            try reader.skip()
        }
    } catch {
        return false
    }
    return found
}
