import Encoders
import Inference
import LabelledText
import Tokenization

extension TaskPredictions {
    /// Writes the prediction for each example of `set`, in its order. A word that has no tag, since
    /// it was cut off, gets `O` or the first label.
    ///
    /// - Throws: `InputError` where the file cannot be written, or the format has no such
    ///   predictions.
    package func write(
        of set: TaskSet, task: TaskHead, to path: String, as format: PredictionFormat = .json
    ) throws {
        var writer = try PredictionWriter(path: path, format: format)
        let ids = set.ids
        for (place, prediction) in predictions(of: set, task).enumerated() {
            try writer.add(prediction, id: ids[place], words: set.words(of: place))
        }
        try writer.finish()
    }

    private func predictions(of set: TaskSet, _ task: TaskHead) -> [Prediction] {
        switch self {
        case .texts(let found):
            return found.map { found in
                if let score = found.score { return .score(score) }
                let scores = found.probabilities.map { NamedScore($0.label, $0.probability) }
                return task.objective == .manyLabels
                    ? .labels(found.labels, scores: scores)
                    : .label(found.label ?? "", scores: scores)
            }
        case .sentences(let found):
            let usual = task.labels.contains("O") ? "O" : task.labels.first ?? ""
            return found.map { found in
                .tags(
                    found.tags.map { $0 ?? usual }, scores: found.probabilities.map { $0 ?? 0 })
            }
        case .choices(let found):
            return found.map { logits in
                .choice(largest(logits) ?? 0, scores: logits.map(Double.init))
            }
        case .similarities(let found): return found.cosines.map { .score($0) }
        case .answers(let found):
            return zip(found, set.contexts).map { found, context in
                let range = found.bytes.map { CodePointOffsets(context).codePoints(ofBytes: $0) }
                return .answer(
                    PredictedAnswer(
                        text: found.text, range: range, score: found.score.map(Double.init) ?? 0,
                        noAnswerScore: Double(found.noAnswerScore)))
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

    /// The words of a sentence.
    fileprivate func words(of place: Int) -> [String] {
        guard case .sentences(let sentences) = examples else { return [] }
        return sentences[place].content.words
    }
}
