import Diagnostics
import LabelledText
import Measures

/// Predicted answers: objects of texts by id, or JSON lines with “id” and “text”.
struct AnswerFile {
    /// A predicted answer.
    struct Answer {
        var text: String
        var noAnswerScore: Double?
        var place: Int
    }

    private(set) var answers: [[UInt8]: Answer] = [:]

    init(_ path: String, noAnswerScores: String?) throws {
        var rows = try JSONRows(path: path, object: .row)
        var counts = ReadingCounts()
        while let row = try rows.next(counting: &counts, rules: ReadingRules()) {
            let line = MeasuredLine(row)
            guard line.id == nil, let object = row.value else {
                try add(line)
                continue
            }
            for (id, value) in try object.members() {
                try add(Answer(text: value.string(), place: answers.count), to: id, of: line)
            }
        }
        if let noAnswerScores { try readScores(noAnswerScores) }
    }

    private mutating func add(_ line: MeasuredLine) throws {
        guard let id = line.id, let text = line.field("text", "prediction_text")?.text else {
            throw line.error(
                expected: "“id” and “text”", found: "something else",
                remedy: "Write {\"id\": \"…\", \"text\": \"…\"}, an empty text for no answer.")
        }
        let field = line.field("no_answer_score", "no_answer_probability")
        if let field, field.number == nil {
            throw line.error(
                expected: "a finite number as “no_answer_score”", found: field,
                remedy: "Correct the line.")
        }
        let answer = Answer(text: text, noAnswerScore: field?.number, place: answers.count)
        try add(answer, to: id, of: line)
    }

    private mutating func add(_ answer: Answer, to id: String, of line: MeasuredLine) throws {
        guard answers.updateValue(answer, forKey: Array(id.utf8)) == nil else {
            throw line.error(
                expected: "an answer to each question", found: "a second one to “\(id)”",
                remedy: "Leave one of them out.")
        }
    }

    /// An object of numbers by id, as SQuAD's script reads.
    private mutating func readScores(_ path: String) throws {
        var rows = try JSONRows(path: path, object: .row)
        var counts = ReadingCounts()
        let row = try rows.next(counting: &counts, rules: ReadingRules())
        guard let members = try row?.value?.members() else {
            throw InputError(
                at: path, expected: "an object of no-answer scores by question", found: "none",
                remedy: "Write {\"question's id\": 0.1, …}.")
        }
        for (place, (id, value)) in members.enumerated() {
            guard let score = value.finiteNumber else { throw value.wrong("a finite number") }
            answers[Array(id.utf8)]?.noAnswerScore = score
            answers[Array(id.utf8)]?.place = place
        }
    }

    /// Exact matches and F1 of these answers.
    func answering(
        _ questions: QuestionFile, rule: AnswerRule, path: String
    ) throws -> Measured<Answering> {
        let ids = Set((questions.questions.map(\.id) + questions.withheld).map { Array($0.utf8) })
        let strangers = answers.keys.count { !ids.contains($0) }
        var known = 0
        let all = questions.questions.map { question in
            let answer = answers[Array(question.id.utf8)]
            if answer != nil { known += 1 }
            return Answering.Question(
                answers: question.answers, prediction: answer?.text,
                noAnswerScore: answer?.noAnswerScore, place: answer?.place ?? 0)
        }
        guard known > 0 else {
            throw InputError(
                at: path, expected: "answers to questions of \(questions.path)",
                found: "none with an id from there",
                remedy: "Give answers by the questions' ids.")
        }
        let evaluation = Answering(all, rule: rule)
        let isLeftOut = rule == .tiquad
        var measured = Measured(
            evaluation,
            notes: [
                MeasureNote(
                    "missing_predictions", all.count - known,
                    "questions without a prediction, which "
                        + (isLeftOut ? "are left out" : "score 0")),
                MeasureNote(
                    "strangers", strangers,
                    "predictions with an id that no question has"),
                .unscored(questions.withheld.count, "questions whose answers are withheld"),
            ])
        if let thresholds = evaluation.bestThresholds {
            measured.thresholds = [
                "best_exact_match": thresholds.exactMatch, "best_f1": thresholds.f1,
            ]
        }
        return measured
    }
}
