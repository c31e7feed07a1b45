import Encoders
import PackedBatches

/// A sentence whose words are to be tagged.
public struct WordInput: Sendable, Equatable {
    /// The words.
    public var words: [String]
    /// For each word, whether a space stands before it in the text; nil where one stands before
    /// each.
    public var spaces: [Bool]?

    /// Words of a sentence.
    public init(_ words: [String], spaces: [Bool]? = nil) {
        (self.words, self.spaces) = (words, spaces)
    }
}

/// What a model says of a sentence's words.
public struct Tagging: Sendable, Equatable {
    /// A tag for each word; nil for words that were cut off or have no piece.
    public let tags: [String?]
    /// The probability of each tag.
    public let probabilities: [Double?]

    /// Tags that were not found by a model.
    package init(tags: [String]) {
        self.tags = tags
        probabilities = tags.map { _ in nil }
    }

    /// The tags that the logits of a sentence of `count` words mean.
    package init(of count: Int, _ parts: TaggedSequences, _ logits: [LogitRows], labels: [String]) {
        var tags = [String?](repeating: nil, count: count)
        var probabilities = [Double?](repeating: nil, count: count)
        for (words, rows) in zip(parts.words, logits) {
            for (word, row) in zip(words, rows) {
                let row = Array(row)
                guard let best = largest(row) else { continue }
                tags[word] = labels[best]
                probabilities[word] = softmax(row)[best]
            }
        }
        (self.tags, self.probabilities) = (tags, probabilities)
    }
}

/// A sentence as sequences, and which word each row that is read belongs to.
package struct TaggedSequences: Sendable, Equatable {
    /// One sequence, or several of a long sentence.
    package var sequences: [TaskSequence] = []
    /// For each sequence and row that it reads, the word's place in the sentence.
    package var words: [[Int]] = []
    /// Words that no row belongs to: cut off, or without a piece.
    package var lostWords = 0
}

extension FineTunedModel {
    /// The tags of sentences' words, in the order of the sentences.
    ///
    /// - Throws: `InputError` if the head is of another kind, and for logits that are not finite.
    public func tag(
        _ sentences: [WordInput], naming: (Int) -> String = { "sentence \($0 + 1)" }
    ) throws -> [Tagging] {
        try require(.tokens)
        let encoded = encoder.sequences(of: sentences, on: parallel)
        let owners = encoded.indices.flatMap {
            repeatElement($0, count: encoded[$0].sequences.count)
        }
        var logits = try finiteLogits(
            of: encoded.flatMap(\.sequences), naming: { naming(owners[$0]) })[...]
        return zip(sentences, encoded).map { sentence, parts in
            let own = logits.prefix(parts.sequences.count)
            logits = logits.dropFirst(parts.sequences.count)
            return Tagging(of: sentence.words.count, parts, Array(own), labels: task.labels)
        }
    }
}
