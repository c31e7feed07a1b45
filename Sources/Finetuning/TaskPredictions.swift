import Encoders
import Inference
import LabelledText
import Measures

/// What a model says of the examples of a set, in their order.
package enum TaskPredictions: Sendable {
    case texts([Inference.Classification])
    case sentences([Inference.Tagging])
    case answers([FoundAnswer])
    /// The logits of each example's choices.
    case choices([[Float]])
    /// How near the vectors of texts that belong together are.
    case similarities(PairSimilarities)
}

extension TaskSet {
    /// How well predictions agree with the set's labels; examples without label do not count. Nil
    /// where none has one.
    package func evaluation(
        of predictions: TaskPredictions, task: TaskHead, mayBeNone: Bool = false
    ) -> (any Evaluation)? {
        switch (examples, predictions) {
        case (.texts(let texts), .texts(let found)):
            Self.evaluation(texts, found, task, positive: positive)
        case (.sentences(let sentences), .sentences(let found)):
            Self.evaluation(sentences, found)
        case (.questions(let questions), .answers(let found)):
            Self.evaluation(questions, found, mayBeNone: mayBeNone)
        case (.choices(let choices), .choices(let found)):
            Self.evaluation(choices, found)
        case (.contrasts, .similarities(let found)): found.evaluation
        default: preconditionFailure("TaskSet.evaluation: predictions of another task")
        }
    }

    private static func evaluation(
        _ texts: [LabelledExample<ClassifiedText>], _ found: [Inference.Classification],
        _ task: TaskHead, positive: String?
    ) -> (any Evaluation)? {
        let scored = zip(texts, found).filter { $0.0.content.label != nil }
        guard !scored.isEmpty else { return nil }
        if task.objective == .regression {
            return Regression(
                references: scored.map { example, _ in
                    if case .score(let score)? = example.content.label { score } else { 0 }
                }, predictions: scored.map { $1.score ?? 0 })
        }
        let references = scored.map { $0.0.content.label?.classNames ?? [] }
        if task.objective == .manyLabels {
            return MultiLabel(
                references: references.map { task.labels.map($0.contains) },
                predictions: scored.map { _, found in task.labels.map(found.labels.contains) },
                scores: scored.map { $1.probabilities.map(\.probability) })
        }
        return Measures.Classification(
            references: references.map { $0.first ?? "" },
            predictions: scored.map { $1.label ?? "" },
            positive: task.labels.count == 2 ? positive ?? task.labels[1] : nil)
    }

    /// Words that are not tagged count on neither side, as in the harness; they are told.
    private static func evaluation(
        _ sentences: [LabelledExample<TaggedWords>], _ found: [Inference.Tagging]
    ) -> (any Evaluation)? {
        var references: [[String]] = []
        var predictions: [[String]] = []
        for (sentence, found) in zip(sentences, found) {
            guard let tags = sentence.content.tags else { continue }
            let tagged = zip(tags, found.tags).compactMap { tag, found in found.map { (tag, $0) } }
            references.append(tagged.map(\.0))
            predictions.append(tagged.map(\.1))
        }
        guard !references.isEmpty else { return nil }
        return Measures.Tagging(references: references, predictions: predictions)
    }

    private static func evaluation(
        _ questions: [LabelledExample<AnsweredQuestion>], _ found: [FoundAnswer], mayBeNone: Bool
    ) -> (any Evaluation)? {
        let scored = zip(questions, found).filter {
            !$0.0.content.answers.isEmpty || mayBeNone && $0.0.content.isImpossible
        }
        guard !scored.isEmpty else { return nil }
        return Answering(
            scored.enumerated().map { place, pair in
                Answering.Question(
                    answers: pair.0.content.answers.map(\.text), prediction: pair.1.text,
                    place: place)
            }, rule: mayBeNone ? .squadV2 : .squad)
    }

    private static func evaluation(
        _ choices: [LabelledExample<ChosenAnswer>], _ found: [[Float]]
    ) -> (any Evaluation)? {
        let scored = zip(choices, found).compactMap { example, logits in
            example.content.choice.map { ("\($0)", "\(largest(logits) ?? 0)") }
        }
        guard !scored.isEmpty else { return nil }
        return Measures.Classification(
            references: scored.map(\.0), predictions: scored.map(\.1))
    }
}

extension TaskHead {
    /// The metrics by which predictions of the head are measured.
    ///
    /// - Parameter mayBeNone: whether a question may have no answer.
    func metricNames(mayBeNone: Bool) -> [String] {
        switch kind {
        case .tokens: Measures.Tagging(references: [], predictions: []).names
        case .answers: Answering([], rule: mayBeNone ? .squadV2 : .squad).names
        case .choice: Measures.Classification(references: [], predictions: []).names
        case .vectors: PairSimilarities.metricNames(isScored: false)
        case .sequence:
            switch objective {
            case .regression: Regression(references: [], predictions: []).names
            case .manyLabels: MultiLabel(references: [], predictions: [], scores: []).names
            case .oneLabel:
                Measures.Classification(
                    references: [], predictions: [], positive: labels.count == 2 ? "" : nil
                ).names
            }
        }
    }
}
