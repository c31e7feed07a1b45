/// The search of SQuAD v2.0's script for the no-answer score up to which questions are answered
/// that gives the best mean.
struct NoAnswerThresholds: Sendable {
    /// Places of questions, by ascending no-answer score.
    private let order: [Int]
    private let noAnswerScores: [Double]
    private let hasAnswer: [Bool]
    private let isAnswered: [Bool]

    /// Nil where a question has no no-answer score or no prediction.
    init?(_ questions: [Answering.Question]) {
        let scores = questions.compactMap(\.noAnswerScore)
        guard scores.count == questions.count, !questions.contains(where: { $0.prediction == nil })
        else { return nil }
        noAnswerScores = scores
        hasAnswer = questions.map { !$0.answers.isEmpty }
        isAnswered = questions.map { $0.prediction != "" }
        order = scores.indices.sorted {
            (scores[$0], questions[$0].place, $0) < (scores[$1], questions[$1].place, $1)
        }
    }

    /// The best mean of `scores`, and the no-answer score of the last question that is answered in
    /// it; nil and 0 where no question counts.
    ///
    /// It begins with no question answered. Each that is answered then adds its score if it has an
    /// answer, and costs 1 if it has none and one is predicted.
    func best(_ scores: [Double], weights: [UInt32]) -> (value: Double?, threshold: Double) {
        var (total, current) = (0.0, 0.0)
        for (index, weight) in weights.enumerated() {
            total += Double(weight)
            if !hasAnswer[index] { current += Double(weight) }
        }
        var (best, threshold) = (current, 0.0)
        for index in order where weights[index] > 0 {
            let change = hasAnswer[index] ? scores[index] : isAnswered[index] ? -1 : 0
            for _ in 0..<weights[index] {
                current += change
                if current > best { (best, threshold) = (current, noAnswerScores[index]) }
            }
        }
        return (total > 0 ? best / total : nil, threshold)
    }
}
