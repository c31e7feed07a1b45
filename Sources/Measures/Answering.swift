/// An answer for each question: exact matches and F1 of tokens, as the scripts of SQuAD, MLQA and
/// TiQuAD.
///
/// A question scores by the best of its true answers. A question without a prediction scores 0 and
/// counts, but with TiQuAD's rule, whose means are over what is answered.
public struct Answering: Evaluation {
    /// A question with its answers.
    public struct Question: Sendable {
        /// The true answers; none for a question that has no answer.
        public var answers: [String]
        /// The predicted answer, empty for none; nil where there is no prediction.
        public var prediction: String?
        /// How likely it is that there is no answer, for the best threshold; finite.
        public var noAnswerScore: Double?
        /// The place of the prediction among all: it decides among equal no-answer scores, as the
        /// order of the file of predictions does in SQuAD's script.
        public var place: Int

        /// A question.
        public init(
            answers: [String], prediction: String?, noAnswerScore: Double? = nil, place: Int = 0
        ) {
            self.answers = answers
            self.prediction = prediction
            self.noAnswerScore = noAnswerScore
            self.place = place
        }
    }

    /// What a question scores.
    private struct Score {
        var exactMatch: Double
        var f1: Double
        var hasAnswer: Bool
        var counts: Bool
    }

    private let scores: [Score]
    private let rule: AnswerRule
    private let thresholds: NoAnswerThresholds?

    /// - Parameters:
    ///   - questions: the questions. Where all have a `noAnswerScore`, SQuAD v2.0's rule also gives
    ///     the numbers at the best threshold.
    ///   - rule: how answers are compared.
    public init(_ questions: [Question], rule: AnswerRule) {
        let scores = questions.map { Self.score($0, rule) }
        self.scores = scores
        self.rule = rule
        thresholds =
            rule == .squadV2 ? NoAnswerThresholds(questions) : nil
    }

    /// The number of questions.
    public var count: Int { scores.count }

    /// The measures, in the order of their values.
    public var names: [String] {
        var names = ["exact_match", "f1"]
        if rule == .squadV2 {
            names += ["has_answer_exact_match", "has_answer_f1"]
            names += ["no_answer_exact_match", "no_answer_f1"]
        }
        if thresholds != nil { names += ["best_exact_match", "best_f1"] }
        return names
    }

    /// The no-answer scores above which no answer is the best prediction, for exact matches and
    /// for F1; nil without such scores.
    public var bestThresholds: (exactMatch: Double, f1: Double)? {
        let weights = Array(repeating: UInt32(1), count: count)
        return thresholds.map {
            (
                $0.best(scores.map(\.exactMatch), weights: weights).threshold,
                $0.best(scores.map(\.f1), weights: weights).threshold
            )
        }
    }

    /// The values where question i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        func means(where included: (Score) -> Bool) -> [Double?] {
            var (total, exactMatches, f1) = (0.0, 0.0, 0.0)
            for (score, weight) in zip(scores, weights) where score.counts && included(score) {
                total += Double(weight)
                exactMatches += Double(weight) * score.exactMatch
                f1 += Double(weight) * score.f1
            }
            return total > 0 ? [exactMatches / total, f1 / total] : [nil, nil]
        }
        var values = means { _ in true }
        if rule == .squadV2 { values += means(where: \.hasAnswer) + means { !$0.hasAnswer } }
        if let thresholds {
            values.append(thresholds.best(scores.map(\.exactMatch), weights: weights).value)
            values.append(thresholds.best(scores.map(\.f1), weights: weights).value)
        }
        return values
    }

    private static func score(_ question: Question, _ rule: AnswerRule) -> Score {
        var answers = question.answers.map(rule.tokens)
        if rule == .squadV2 {
            answers.removeAll(where: \.isEmpty)
            if answers.isEmpty { answers = [[]] }
        }
        var score = Score(
            exactMatch: 0, f1: 0, hasAnswer: !question.answers.isEmpty,
            counts: question.prediction != nil || rule.countsMissingPredictions)
        guard let prediction = question.prediction.map(rule.tokens) else { return score }
        for answer in answers {
            if answer == prediction { score.exactMatch = 1 }
            score.f1 = max(score.f1, tokenF1(prediction, answer, rule))
        }
        return score
    }

    /// F1 of the tokens that both sides have, each as often as both have it.
    private static func tokenF1(
        _ prediction: [Scalars], _ answer: [Scalars], _ rule: AnswerRule
    ) -> Double {
        if rule.comparesEmptyAnswers, prediction.isEmpty || answer.isEmpty {
            return prediction == answer ? 1 : 0
        }
        var left = Dictionary(answer.map { ($0, 1) }, uniquingKeysWith: +)
        var shared = 0
        for token in prediction {
            guard let count = left[token], count > 0 else { continue }
            left[token] = count - 1
            shared += 1
        }
        guard shared > 0 else { return 0 }
        return harmonicMean(
            Double(shared) / Double(prediction.count), Double(shared) / Double(answer.count))
    }
}
