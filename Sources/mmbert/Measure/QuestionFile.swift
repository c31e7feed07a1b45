import Diagnostics
import LabelledText

/// Questions with their true answers: SQuAD's JSON, or JSON lines with “id” and “answers”.
struct QuestionFile {
    /// A question.
    struct Question {
        var id: String
        var answers: [String]
    }

    /// The file's name, for messages.
    let path: String
    /// The questions whose answers the file has.
    let questions: [Question]
    /// The ids of the others.
    let withheld: [String]

    init(_ path: String, needsAnswers: Bool) throws {
        self.path = path
        let all = try SQuADFile.trueAnswers(path)
        questions = all.compactMap { question in
            question.answers.map { Question(id: question.id, answers: $0) }
        }
        withheld = all.filter { $0.answers == nil }.map(\.id)
        guard !questions.isEmpty else {
            throw InputError(
                at: path, expected: "answers to some question",
                found: "none, as in a file for testing",
                remedy: "Name the file that has the true answers.")
        }
        if needsAnswers, let empty = all.first(where: { $0.answers?.isEmpty ?? false }) {
            throw InputError(
                at: empty.location, expected: "an answer to each question",
                found: "none to “\(empty.id)”",
                remedy: "Use --metric squad-v2, which scores questions without an answer.")
        }
    }
}
