import Diagnostics
import Foundation

/// How a vocabulary is learned: a byte-pair model of SentencePiece with the settings of Gemma's.
///
/// Ids are, in this order: `<pad>` 0, `<eos>` 1, `<bos>` 2, `<unk>` 3, `<mask>` 4, the whitespace
/// symbols, 256 byte pieces, merged pieces in the order they were learned, single characters. The
/// pieces and their scores are those of SentencePiece 0.2.3 for the same lines and settings.
public struct TokenizerTraining: Sendable, Equatable {
    /// The number of pieces, special ones and bytes included.
    public var vocabularySize: Int
    /// The share of characters in the text that get a piece; the others become bytes.
    public var characterCoverage: Double

    /// Settings with the defaults of `mmbert tokenizer train`.
    public init(vocabularySize: Int, characterCoverage: Double = 0.9995) {
        self.vocabularySize = vocabularySize
        self.characterCoverage = characterCoverage
    }

    /// How far learning is.
    public struct Progress: Sendable {
        /// Pieces that are learned.
        public let pieces: Int
        /// Pieces that are to be learned.
        public let total: Int

        fileprivate init(pieces: Int, of total: Int) {
            (self.pieces, self.total) = (pieces, total)
        }

        /// About the share of the time that is over. Later pieces are rarer and take less: of
        /// 1 GB of text half of the time goes by with the first twentieth of the pieces.
        public var share: Double {
            log1p(300 * Double(pieces) / Double(max(1, total))) / log(301)
        }
    }

    /// Runs of newlines, tabs and spaces that are pieces whatever the text holds. The trainer
    /// itself sees single lines and never joins spaces across words, so it cannot learn them.
    public static let whitespaceSymbols: [String] =
        (1...8).map { String(repeating: "\n", count: $0) }
        + (1...4).map { String(repeating: "\t", count: $0) }
        + (2...16).map { String(repeating: "\u{2581}", count: $0) }

    /// The longest line, in bytes, of which the trainer takes notice.
    public static let longestLine = 4192

    /// Trains on lines of UTF-8 and returns the content of a `.model` file.
    ///
    /// - Parameter nextLine: the next line without its newline, nil after the last.
    /// - Throws: `InputError` when the lines cannot give such a vocabulary; what `nextLine` throws.
    public func train(nextLine: () throws -> [UInt8]?) throws -> [UInt8] {
        var counts = WordCounts()
        while let line = try nextLine() { counts.add(line[...]) }
        return try train(on: counts)
    }

    /// Trains on the words of a text and returns the content of a `.model` file.
    ///
    /// - Parameter progress: called before pairs are listed, when they are, and after every piece.
    /// - Throws: `InputError` when the words cannot give such a vocabulary.
    public func train(
        on counts: consuming WordCounts, progress: (Progress) -> Void = { _ in }
    ) throws -> [UInt8] {
        guard !counts.isEmpty else {
            throw InputError(
                at: "tokenizer training", expected: "text to learn from", found: "none",
                remedy: "Give more text.")
        }
        let alphabet = Alphabet(counts.characters, coverage: characterCoverage)
        let mergeCount = try mergeCount(alphabet)
        progress(Progress(pieces: 0, of: mergeCount))
        guard !counts.isFull, let words = WordSymbols(consume counts, alphabet) else {
            throw InputError(
                at: "tokenizer training", expected: "up to 4 GB of different words",
                found: "more", remedy: "Learn from a smaller sample.")
        }
        var learner = BytePairLearner(consume words, alphabet)
        progress(Progress(pieces: 0, of: mergeCount))
        var learned: [[UInt32]] = []
        while learned.count < mergeCount {
            guard let piece = learner.next() else {
                let largest = vocabularySize - mergeCount + learned.count
                throw unsuitable(
                    expected: "a vocabulary of at most \(largest) pieces, all that this text has",
                    remedy: "Ask for \(largest) or fewer, or give more text.")
            }
            learned.append(piece)
            progress(Progress(pieces: learned.count, of: mergeCount))
        }
        return model(learned + alphabet.scalars.map { [$0] })
    }

    /// How many pieces are to be learned beside those that are there in any case.
    private func mergeCount(_ alphabet: Alphabet) throws -> Int {
        let smallest = Self.fixedPieces.count + alphabet.scalars.count
        guard vocabularySize >= smallest else {
            throw unsuitable(
                expected: "a vocabulary of at least \(smallest) pieces: \(Self.fixedPieces.count) "
                    + "that are always there and \(alphabet.scalars.count) characters",
                remedy: "Ask for \(smallest) or more, or cover fewer characters.")
        }
        return vocabularySize - smallest
    }

    private func unsuitable(expected: String, remedy: String) -> InputError {
        InputError(
            at: "tokenizer training", expected: expected, found: String(vocabularySize),
            remedy: remedy)
    }
}
