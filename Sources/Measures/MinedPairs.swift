/// Pairs of sentences that were mined from two texts with a score each, compared with those that
/// are translations, as in BUCC: precision, recall and F1 of the pairs that score at least a
/// threshold.
///
/// It is no `Evaluation`: pairs that nobody found are no examples to draw.
public struct MinedPairs: Sendable {
    /// Precision, recall and F1 of pairs.
    public struct Quality: Equatable, Sendable {
        /// The share of pairs found that are translations, 0 where none is found.
        public var precision: Double
        /// The share of translations that are found, 0 where there are none.
        public var recall: Double

        /// The harmonic mean of both.
        public var f1: Double { harmonicMean(precision, recall) }
    }

    /// Whether each pair is a translation, by score, descending, and its score.
    private let pairs: [(isTranslation: Bool, score: Double)]
    private let translations: Int

    /// - Parameters:
    ///   - pairs: each pair that was found once: whether it is a translation, and its score.
    ///   - translations: the number of all pairs that are translations.
    public init(_ pairs: [(isTranslation: Bool, score: Double)], translations: Int) {
        // Swift's sort keeps the order of equal elements, as Python's does.
        self.pairs = pairs.sorted { $0.score > $1.score }
        self.translations = translations
    }

    /// The quality of pairs that score at least `threshold`.
    public func quality(from threshold: Double) -> Quality {
        let found = pairs.prefix { $0.score >= threshold }
        return quality(found: found.count, correct: found.count { $0.isTranslation })
    }

    /// The threshold that gives the best F1: the mean of the scores on both sides of the cut, that
    /// of the last pair where all are taken, 0 where no pair is a translation. It is to be chosen
    /// on other data than those it is used on.
    public var bestThreshold: Double {
        var (threshold, best, correct) = (0.0, 0.0, 0)
        for (place, pair) in pairs.enumerated() {
            if pair.isTranslation { correct += 1 }
            let f1 = quality(found: place + 1, correct: correct).f1
            guard f1 > best else { continue }
            best = f1
            let next = place + 1 < pairs.count ? pairs[place + 1].score : pair.score
            threshold = (pair.score + next) / 2
        }
        return threshold
    }

    private func quality(found: Int, correct: Int) -> Quality {
        Quality(
            precision: ratio(Double(correct), Double(found)),
            recall: ratio(Double(correct), Double(translations)))
    }
}
