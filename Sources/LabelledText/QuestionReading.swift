import Diagnostics
import Reporting

/// A question in JSON becomes an example: what SQuAD's files and flat rows have in common.
struct QuestionReading {
    /// How offsets are taken.
    let offsets: OffsetRule
    /// What must be there.
    let rules: ReadingRules
    /// What was read so far.
    var counts = ReadingCounts()
    private var ids: Set<String> = []

    init(offsets: OffsetRule, rules: ReadingRules) {
        (self.offsets, self.rules) = (offsets, rules)
    }

    /// The example of a question about `context`, whose fields are SQuAD's.
    ///
    /// - Throws: `InputError` for a field that is missing or wrong, and an answer that does not
    ///   stand where the file says, if it must.
    mutating func example(
        _ row: JSONRows.Row, context: String, in places: AnswerContext
    ) throws -> LabelledExample<AnsweredQuestion> {
        let question = try row.required(["question"]).string()
        let says = try row.fields["is_impossible"]?.boolean()
        var answers: [AnsweredQuestion.Answer] = []
        var found: [AnswerOffset] = []
        let given = try Self.answers(row.fields["answers"])
        // Files for testing have an answer without words in place of what they withhold.
        let isWithheld = try !given.isEmpty && given.allSatisfy { try $0.text.string().isBlank }
        for (text, start) in isWithheld ? [] : given {
            let written = try text.string()
            let (offset, range) = try place(of: written, in: places, from: start, text)
            answers.append(AnsweredQuestion.Answer(text: written, range: range))
            found.append(offset)
        }
        guard says != true || answers.isEmpty else {
            throw InputError(
                at: row.location, expected: "no answers, as is_impossible says",
                found: counted(answers.count, "answer"), remedy: "Correct one of the two.")
        }
        // Where a file says nothing else, a list without answers is that of a question without.
        let isImpossible =
            says ?? (row.fields["answers"] != nil && answers.isEmpty && !isWithheld)
        let isUnlabelled = answers.isEmpty && !isImpossible
        if isUnlabelled { try rules.checkAbsence(at: row.location) }

        let id = try row.fields["id"]?.scalar() ?? row.name ?? "\(counts.examples)"
        counts.examples += 1
        for offset in found { counts.offsets[offset, default: 0] += 1 }
        if isUnlabelled { counts.unlabelled += 1 }
        if context.isBlank || question.isBlank { counts.emptyTexts += 1 }
        if !ids.insert(id).inserted { counts.repeatedIDs += 1 }
        return LabelledExample(
            id: id, location: row.location,
            content: AnsweredQuestion(
                context: context, question: question, answers: answers,
                isImpossible: isImpossible))
    }

    /// Counts a row that is not as it should be.
    ///
    /// - Throws: `error`, where no more may be passed over.
    mutating func passOver(_ error: InputError) throws {
        try rules.passOver(error, in: &counts)
    }

    /// Texts and places: of a list of objects with both, or an object of two lists.
    private static func answers(
        _ value: JSONValue?
    ) throws -> [(text: JSONValue, start: JSONValue)] {
        guard let value else { return [] }
        func both(_ value: JSONValue) throws -> (JSONValue, JSONValue) {
            let row = try JSONRows.Row(value)
            return (try row.required(["text"]), try row.required(["answer_start"]))
        }
        guard value.isObject else { return try value.elements().map(both) }
        let (texts, starts) = try both(value)
        let pair = (try texts.elements(), try starts.elements())
        guard pair.0.count == pair.1.count else {
            throw InputError(
                at: starts.location, expected: "as many places as texts, \(pair.0.count)",
                found: "\(pair.1.count)", remedy: "Give every text its place.")
        }
        return Array(zip(pair.0, pair.1))
    }

    private func place(
        of answer: String, in context: AnswerContext, from start: JSONValue, _ text: JSONValue
    ) throws -> (AnswerOffset, Range<Int>?) {
        guard !answer.isBlank else {
            throw InputError(
                at: text.location, expected: "the words of an answer", found: "an empty text",
                remedy: "Leave it out: other answers of the question have words.")
        }
        let number = try start.integer()
        let (offset, range) = context.place(of: answer, at: number)
        guard offset != .codePoints, offsets == .exact else { return (offset, range) }
        let shown = "“\(answer.prefix(40))”"
        let isThere = range.map { "\(shown) begins in code points, \($0.lowerBound)" }
        let what = offset == .elsewhere ? "" : ", which counts \(offset.rawValue)"
        throw InputError(
            at: start.location,
            expected: isThere.map { "where \($0)" } ?? "the place of \(shown) in the context",
            found: range == nil ? "\(number), and the text nowhere" : "\(number)\(what)",
            remedy: "Count code points as Python does, or let offsets be mended, which counts "
                + "what is wrong.")
    }
}
