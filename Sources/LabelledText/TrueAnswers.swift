import Diagnostics

/// The true answers to a question, to score others against.
public struct TrueAnswers: Sendable, Equatable {
    /// What the file calls the question.
    public let id: String
    /// Where it stands.
    public let location: String
    /// The answers; none where there is no answer, nil where the file withholds them.
    public let answers: [String]?
}

extension SQuADFile {
    /// The true answers in the file at `path`, in the forms that `read` takes; contexts, questions
    /// and places need not be there, and a flat row may have its answers as a list of texts.
    ///
    /// Withheld are answers that are absent, or of which none has words.
    ///
    /// - Throws: `InputError` for what is no JSON, with line and column; a question without id, and
    ///   one whose id an earlier one has; answers of another form; a file without questions.
    public static func trueAnswers(_ path: String) throws -> [TrueAnswers] {
        var rows = try JSONRows(path: path, object: .row)
        var counts = ReadingCounts()
        var all: [TrueAnswers] = []
        while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
            guard let data = row.fields["data"] else {
                all.append(try TrueAnswers(row))
                continue
            }
            for article in try data.elementsOrItself() {
                for paragraph in try article.row().required(["paragraphs"]).elementsOrItself() {
                    let questions = try paragraph.row().required(["qas"])
                    all += try questions.elementsOrItself().map { try TrueAnswers($0.row()) }
                }
            }
        }
        guard !all.isEmpty else {
            throw TextLines.empty(path, expected: "questions in the form of SQuAD")
        }
        var ids: Set<[UInt8]> = []
        for question in all where !ids.insert(Array(question.id.utf8)).inserted {
            throw InputError(
                at: question.location, expected: "questions with an id each",
                found: "“\(question.id.prefix(60))” a second time",
                remedy: "Leave one of them out.")
        }
        return all
    }
}

extension TrueAnswers {
    fileprivate init(_ row: JSONRows.Row) throws {
        id = try row.required(["id", "_id", "idx", "index"]).scalar()
        location = row.location
        let texts = try row.fields["answers"].map(Self.texts)
        if try row.fields["is_impossible"]?.boolean() == true {
            answers = []
        } else if let texts, texts.isEmpty || !texts.allSatisfy(\.isBlank) {
            answers = texts
        } else {
            answers = nil
        }
    }

    /// The texts of a list of objects or of texts, or of an object with a list.
    private static func texts(_ value: JSONValue) throws -> [String] {
        if value.isObject {
            return try JSONRows.Row(value).required(["text"]).elements().map { try $0.scalar() }
        }
        return try value.elements().map { answer in
            try answer.isObject
                ? JSONRows.Row(answer).required(["text"]).scalar() : answer.scalar()
        }
    }
}
