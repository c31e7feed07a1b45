import Diagnostics
import Measures
import Serialization

/// Predicted answers: an object of texts by id, or JSON lines with “id” and “text”.
struct AnswerFile {
    /// A predicted answer.
    struct Answer {
        var text: String
        var noAnswerScore: Double?
        var place: Int
    }

    private(set) var answers: [[UInt8]: Answer] = [:]

    init(_ path: String, noAnswerScores: String?) throws {
        let text = try wholeText(path)
        if startsWithMember("id", text) {
            for line in try MeasuredFile(path, lines: textLines(of: text, path)).lines {
                try add(line)
            }
        } else {
            try readingJSON(text, at: { "\(path):\($0)" }) { reader in
                try reader.table { reader, id in
                    let place = answers.count
                    answers[id] = Answer(text: try reader.text(), place: place)
                }
            }
        }
        if let noAnswerScores { try readScores(noAnswerScores) }
    }

    private mutating func add(_ line: MeasuredLine) throws {
        guard let id = line.id, let text = line.field(["text", "prediction_text"])?.text else {
            throw line.error(
                expected: "“id” and “text”", found: "something else",
                remedy: "Write {\"id\": \"…\", \"text\": \"…\"}, an empty text for no answer.")
        }
        let field = line.field(["no_answer_score", "no_answer_probability"])
        if let field, field.number == nil {
            throw line.error(
                expected: "a finite number as “no_answer_score”",
                found: LabelInput.shown(field), remedy: "Correct the line.")
        }
        let answer = Answer(text: text, noAnswerScore: field?.number, place: answers.count)
        guard answers.updateValue(answer, forKey: Array(id.utf8)) == nil else {
            throw line.error(
                expected: "an answer to each question", found: "a second one to “\(id)”",
                remedy: "Leave one of the lines out.")
        }
    }

    /// An object of numbers by id, as SQuAD's script reads.
    private mutating func readScores(_ path: String) throws {
        try readingJSON(try wholeText(path), at: { "\(path):\($0)" }) { reader in
            var place = 0
            try reader.table { reader, id in
                let score = try reader.number()
                guard score.isFinite else { throw reader.failure("a finite number before this") }
                answers[id]?.noAnswerScore = score
                answers[id]?.place = place
                place += 1
            }
        }
    }

    /// Exact matches and F1 of these answers.
    func answering(
        _ questions: QuestionFile, rule: AnswerRule, path: String
    ) throws -> Measured<Answering> {
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
                    "strangers", answers.count - known,
                    "predictions with an id that no question has"),
            ])
        if let thresholds = evaluation.bestThresholds {
            measured.thresholds = [
                "best_exact_match": thresholds.exactMatch, "best_f1": thresholds.f1,
            ]
        }
        return measured
    }
}
