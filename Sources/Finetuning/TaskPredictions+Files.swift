import Encoders
import Formats
import Foundation
import Inference
import LabelledText
import Tokenization

extension TaskPredictions {
    /// A line of a file of predictions.
    private struct Line: Encodable {
        var id: String
        var label: String?
        var labels: [String]?
        var score: Double?
        var scores: [String: Double]?
        var tags: [String?]?
        var choice: Int?
        var text: String?
        var start: Int?
        var end: Int?
        var noAnswerScore: Double?
    }

    /// Writes a JSON line for each example of `set`, in its order.
    ///
    /// - Throws: `InputError` where the file cannot be written.
    package func write(of set: TaskSet, task: TaskHead, to path: String) throws {
        let encoder = JSONFile.encoder
        var text: [UInt8] = []
        for line in lines(of: set, task) {
            text += try encoder.encode(line) + [UInt8(ascii: "\n")]
        }
        try AtomicFile.write(text, to: path)
    }

    private func lines(of set: TaskSet, _ task: TaskHead) -> [Line] {
        switch self {
        case .texts(let found):
            zip(set.ids, found).map { id, found in
                var line = Line(id: id, label: found.label, score: found.score)
                if found.score == nil {
                    line.scores = Dictionary(found.probabilities.map { ($0.label, $0.probability) })
                    {
                        first, _ in first
                    }
                }
                if task.objective == .manyLabels { line.labels = found.labels }
                return line
            }
        case .sentences(let found):
            zip(set.ids, found).map { Line(id: $0, tags: $1.tags) }
        case .choices(let found):
            zip(set.ids, found).map { Line(id: $0, choice: largest($1) ?? 0) }
        case .answers(let found):
            zip(zip(set.ids, set.contexts), found).map { place, found in
                let points = found.bytes.map {
                    CodePointOffsets(place.1).codePoints(ofBytes: $0)
                }
                return Line(
                    id: place.0, score: found.score.map(Double.init), text: found.text,
                    start: points?.lowerBound, end: points?.upperBound,
                    noAnswerScore: Double(found.noAnswerScore))
            }
        }
    }
}

extension TaskSet {
    /// The contexts of questions.
    fileprivate var contexts: [String] {
        guard case .questions(let questions) = examples else { return [] }
        return questions.map(\.content.context)
    }
}
