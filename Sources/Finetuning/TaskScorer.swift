import Encoders
import Inference
import LabelledText
import Measures

/// Predicts and measures labelled files with a model in use.
package struct TaskScorer {
    private let model: FineTunedModel
    private let search: AnswerSearch

    package init(_ model: FineTunedModel, search: AnswerSearch? = nil) {
        self.model = model
        self.search = search ?? AnswerSearch(model.shape)
    }

    /// The predictions of a set, and how well they agree with its labels.
    package func score(
        _ set: TaskSet, mayBeNone: Bool
    ) throws -> (predictions: TaskPredictions, scores: FinetuneScores.File) {
        let encoded = model.encode(set)
        let locations = set.locations
        let logits = try model.finiteLogits(of: encoded.sequences) { place in
            encoded.example(ofSequence: place).map { locations[$0] } ?? set.path
        }
        let predictions = encoded.predictions(of: logits, search: search)
        var scores = FinetuneScores.File(
            set, predictions, task: model.task, mayBeNone: mayBeNone)
        scores.cut = encoded.cutExamples
        scores.lostWords = encoded.lostWords > 0 ? encoded.lostWords : nil
        return (predictions, scores)
    }
}

extension FinetuneScores.File {
    /// How well predictions of a set agree with its labels.
    package init(
        _ set: TaskSet, _ predictions: TaskPredictions, task: TaskHead, mayBeNone: Bool = false
    ) {
        self.init()
        examples = set.count
        confusion = set.confusion(of: predictions)
        isCollapsed = set.isCollapsed(predictions)
        guard let evaluation = set.evaluation(of: predictions, task: task, mayBeNone: mayBeNone)
        else { return }
        scored = evaluation.count
        metrics = evaluation.table
        let bounds = Bootstrap(seed: 1).intervals(of: evaluation)
        for (name, interval) in zip(evaluation.names, bounds) {
            if let interval { intervals[name] = [interval.lower, interval.upper] }
        }
    }
}

extension FineTunedModel {
    /// A set as this model reads it.
    func encode(_ set: TaskSet) -> EncodedSet {
        EncodedSet(set, task: task, encoder: encoder, learns: false, on: parallel)
    }
}

extension TaskSet {
    /// Whether all examples are given the same labels, though there are others.
    func isCollapsed(_ predictions: TaskPredictions) -> Bool {
        guard case .texts(let texts) = examples, case .texts(let found) = predictions else {
            return false
        }
        let names = Set(texts.compactMap { $0.content.label.map { Set($0.classNames) } })
        let given = Set(found.map(\.labels))
        return names.count > 1 && given.count == 1 && found.count > 10
    }

    /// How often each label is given to examples of each, up to 30 labels; nil for what has none.
    func confusion(of predictions: TaskPredictions) -> [String: [String: Int]]? {
        guard case .texts(let texts) = examples, case .texts(let found) = predictions else {
            return nil
        }
        var counts: [String: [String: Int]] = [:]
        for (text, found) in zip(texts, found) {
            guard let name = text.content.label?.className, let label = found.label else {
                continue
            }
            counts[name, default: [:]][label, default: 0] += 1
        }
        return counts.isEmpty || counts.count > 30 ? nil : counts
    }
}

extension TextLabel {
    /// The class, if it is one.
    package var className: String? { if case .name(let name) = self { name } else { nil } }

    /// The classes: one, several or none.
    package var classNames: [String] {
        switch self {
        case .name(let name): [name]
        case .names(let names): names
        case .score: []
        }
    }
}
