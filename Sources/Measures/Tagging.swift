/// A tag for each word of sentences: precision, recall and F1 of chunks, as seqeval's
/// `precision_recall_fscore_support` with `average="micro"`, and the accuracy of tags.
///
/// A chunk is correct where type, first and last word agree. Numbers are 0 where a denominator is
/// 0, also where neither side has a chunk.
public struct Tagging: Evaluation {
    /// Counts of a sentence.
    private struct Counts {
        var correct = 0
        var predicted = 0
        var references = 0
        var tags = 0
        var correctTags = 0
    }

    private let sentences: [Counts]

    /// - Parameters:
    ///   - references: the true tags, `[sentences][words]`.
    ///   - predictions: the predicted ones.
    ///   - rule: how tags are read as chunks.
    /// - Precondition: as many tags on both sides in each sentence.
    public init(references: [[String]], predictions: [[String]], rule: ChunkRule = .lenient) {
        precondition(
            references.count == predictions.count
                && zip(references, predictions).allSatisfy { $0.count == $1.count },
            "Tagging: references and predictions of other lengths")
        var reader = ChunkReader()
        let trueChunks = reader.chunks(in: references, by: rule)
        let predictedChunks = reader.chunks(in: predictions, by: rule)
        sentences = references.indices.map { index in
            let chunks = Set(trueChunks[index])
            return Counts(
                correct: predictedChunks[index].count { chunks.contains($0) },
                predicted: predictedChunks[index].count, references: chunks.count,
                tags: references[index].count,
                correctTags: zip(references[index], predictions[index]).count {
                    $0.utf8.elementsEqual($1.utf8)
                })
        }
    }

    /// The number of sentences.
    public var count: Int { sentences.count }

    /// The measures, in the order of their values.
    public var names: [String] { ["f1", "precision", "recall", "accuracy"] }

    /// The values where sentence i counts `weights[i]` times.
    public func values(weights: [UInt32]) -> [Double?] {
        checkWeights(weights)
        var sums = Counts()
        for (sentence, weight) in zip(sentences, weights) where weight > 0 {
            let weight = Int(weight)
            sums.correct += weight * sentence.correct
            sums.predicted += weight * sentence.predicted
            sums.references += weight * sentence.references
            sums.tags += weight * sentence.tags
            sums.correctTags += weight * sentence.correctTags
        }
        guard sums.tags > 0 else { return names.map { _ in nil } }
        let precision = ratio(Double(sums.correct), Double(sums.predicted))
        let recall = ratio(Double(sums.correct), Double(sums.references))
        return [
            harmonicMean(precision, recall), precision, recall,
            Double(sums.correctTags) / Double(sums.tags),
        ]
    }
}
