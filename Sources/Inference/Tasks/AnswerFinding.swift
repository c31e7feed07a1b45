import Encoders
import ModelFolders
import Tokenization

/// A question about a context.
public struct QuestionInput: Sendable, Equatable {
    /// What is asked.
    public var question: String
    /// Where the answer stands.
    public var context: String

    /// A question about a context.
    public init(question: String, context: String) {
        (self.question, self.context) = (question, context)
    }
}

/// What a model finds for a question.
public struct FoundAnswer: Sendable, Equatable {
    /// The answer's text; empty where there is none.
    public var text = ""
    /// Where it stands, in bytes of the context's UTF-8; nil for no answer.
    public var bytes: Range<Int>?
    /// The sum of the answer's start and end logits; nil where no candidate was found.
    public var score: Float?
    /// The least sum of the start and end logits of the first token, over the windows: the score
    /// of there being no answer.
    public var noAnswerScore: Float = 0
}

extension FineTunedModel {
    /// The answers to questions, in their order.
    ///
    /// - Throws: `InputError` if the head is of another kind, and for logits that are not finite.
    public func answer(
        _ questions: [QuestionInput], naming: (Int) -> String = { "question \($0 + 1)" }
    ) throws -> [FoundAnswer] {
        try require(.answers)
        let encoded = encoder.windows(of: questions, on: parallel)
        let search = AnswerSearch(shape)
        let owners = encoded.indices.flatMap { repeatElement($0, count: encoded[$0].windows.count) }
        var logits = try finiteLogits(
            of: encoded.flatMap(\.sequences), naming: { naming(owners[$0]) })[...]
        return zip(questions, encoded).map { question, windows in
            let own = logits.prefix(windows.windows.count)
            logits = logits.dropFirst(windows.windows.count)
            return search.answer(in: question.context, windows, Array(own))
        }
    }
}

/// From logits to an answer, as transformers' `run_qa` does it: in each window the 20 best starts
/// and the 20 best ends are candidates; an answer ends no earlier than it begins, has at most so
/// many tokens, and lies in the context. The best sum of both logits, of all windows, wins.
package struct AnswerSearch {
    /// The most tokens of an answer.
    package let longest: Int
    /// Whether a question may have no answer: where the score of none is larger than the best.
    package let mayBeNone: Bool

    /// Starts and ends that are candidates in each window.
    private static let candidates = 20

    package init(longest: Int, mayBeNone: Bool) {
        (self.longest, self.mayBeNone) = (longest, mayBeNone)
    }

    /// As the answers of a model are in training.
    package init(_ shape: TaskFile) {
        self.init(longest: shape.answerLength ?? 30, mayBeNone: shape.noAnswer ?? false)
    }

    /// - Parameter logits: for each window a row of start and end for each token.
    package func answer(
        in context: String, _ windows: ContextWindows, _ logits: [LogitRows]
    ) -> FoundAnswer {
        var found = FoundAnswer()
        found.noAnswerScore = logits.map { $0[0, 0] + $0[0, 1] }.min() ?? 0
        let utf8 = Array(context.utf8)
        for (window, rows) in zip(windows.windows, logits) {
            let inside = window.sequence.second
            let ends = Self.best(rows, column: 1).filter(inside.contains)
            for start in Self.best(rows, column: 0).filter(inside.contains) {
                for end in ends where end >= start && end - start < longest {
                    let score = rows[start, 0] + rows[end, 1]
                    guard found.score.map({ score > $0 }) ?? true else { continue }
                    let bytes = windows.bytes(ofRows: start..<end + 1, in: window)
                        .withoutWhiteSpace(in: utf8.span)
                    guard !bytes.isEmpty else { continue }
                    (found.score, found.bytes) = (score, bytes)
                }
            }
        }
        if mayBeNone, found.noAnswerScore > found.score ?? -.infinity { found.bytes = nil }
        found.text = found.bytes.map { String(decoding: utf8[$0], as: UTF8.self) } ?? ""
        return found
    }

    /// The rows of the largest logits of a column, the largest first, of equal ones the later.
    private static func best(_ rows: LogitRows, column: Int) -> [Int] {
        Array(
            rows.indices.sorted {
                (rows[$0, column], $0) > (rows[$1, column], $1)
            }.prefix(candidates))
    }
}
