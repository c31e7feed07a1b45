import PackedBatches
import Randomness

/// Hides tokens from the encoder and labels them with what was there.
///
/// One uniform number u per token decides everything: with u below `ratio` the token is scored,
/// and the lowest part of that range replaces it by the mask token, the next part by a random
/// token, the rest keeps it. Which numbers are drawn is a function of generator, stream and row.
public struct TokenMasker: Sendable {
    /// What becomes of the tokens that are scored.
    public struct Replacement: Sendable, Equatable {
        /// Share that becomes the mask token.
        public var mask: Double
        /// Share that becomes a random token; the rest stays as it is.
        public var random: Double

        /// The shares of BERT by default: 0.8 mask, 0.1 random, 0.1 kept.
        public init(mask: Double = 0.8, random: Double = 0.1) {
            precondition(
                mask >= 0 && random >= 0 && mask + random <= 1 + 1e-9,
                "TokenMasker.Replacement: shares \(mask) and \(random)")
            self.mask = mask
            self.random = random
        }
    }

    /// From which ids a random token is drawn.
    public enum RandomTokens: Sendable, Equatable {
        /// Every id of the vocabulary but the special ones.
        case vocabulary
        /// From 0 to the largest id in the microbatch, special ones included: what ModernBERT's
        /// packer does.
        case upToLargestPresent
    }

    /// The rules of masking.
    public struct Configuration: Sendable, Equatable {
        /// Number of ids in the vocabulary.
        public var vocabularySize: Int
        /// The id that stands for a hidden token.
        public var maskTokenID: Int32
        /// Ids that are never scored nor drawn at random, unless `scoresSpecialTokens`.
        public var specialTokenIDs: [Int32]
        /// What becomes of scored tokens.
        public var replacement: Replacement
        /// Whether special tokens are scored like others, as in ModernBERT's packer.
        public var scoresSpecialTokens: Bool
        /// From which ids random tokens are drawn.
        public var randomTokens: RandomTokens

        /// Rules for a vocabulary; the ids of mmBERT's Gemma 2 tokenizer by default.
        public init(
            vocabularySize: Int, maskTokenID: Int32 = 4,
            specialTokenIDs: [Int32] = [0, 1, 2, 3, 4],
            replacement: Replacement = Replacement(), scoresSpecialTokens: Bool = false,
            randomTokens: RandomTokens = .vocabulary
        ) {
            self.vocabularySize = vocabularySize
            self.maskTokenID = maskTokenID
            self.specialTokenIDs = specialTokenIDs
            self.replacement = replacement
            self.scoresSpecialTokens = scoresSpecialTokens
            self.randomTokens = randomTokens
        }
    }

    /// The rules.
    public let configuration: Configuration

    /// Special ids in rising order.
    private let specialTokenIDs: [Int32]
    /// `isSpecial[id]` for ids up to the largest special one.
    private let isSpecial: [Bool]

    /// A masker with the given rules.
    ///
    /// - Precondition: mask and special ids are in the vocabulary, which has ordinary ids too.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        specialTokenIDs = Set(configuration.specialTokenIDs).sorted()
        let ids = specialTokenIDs + [configuration.maskTokenID]
        precondition(
            ids.allSatisfy { 0 <= $0 && Int($0) < configuration.vocabularySize },
            "TokenMasker: special ids \(ids), vocabulary of \(configuration.vocabularySize)")
        precondition(
            specialTokenIDs.count < configuration.vocabularySize,
            """
            TokenMasker: \(specialTokenIDs.count) special ids, vocabulary of \
            \(configuration.vocabularySize)
            """)
        var table = [Bool](repeating: false, count: Int(specialTokenIDs.last ?? -1) + 1)
        for id in specialTokenIDs {
            table[Int(id)] = true
        }
        isSpecial = table
    }

    /// Masks `rows` of a batch and returns how many are scored, at least one.
    ///
    /// If chance scores no row, one is chosen, and replaced by the mask token.
    ///
    /// - Parameters:
    ///   - tokenIDs: ids as read, `[tokens]`; becomes ids as the encoder sees them.
    ///   - labels: `[tokens]`, all `PackedBatch.ignoredLabel` in `rows`; scored rows are set.
    ///   - rows: the rows concerned, at least one; the first has number 0 in its stream.
    ///   - ratio: probability that an ordinary token is scored, from 0 to 1.
    ///   - generator: where the random numbers come from, with `stream`.
    public func mask(
        _ tokenIDs: inout [Int32], labels: inout [Int32], rows: Range<Int>, ratio: Double,
        generator: CounterGenerator, stream: UInt64
    ) -> Int {
        precondition(
            labels.count == tokenIDs.count && !rows.isEmpty && rows.upperBound <= tokenIDs.count,
            "TokenMasker: rows \(rows) of \(tokenIDs.count) ids, \(labels.count) labels")
        precondition(0 <= ratio && ratio <= 1, "TokenMasker: ratio \(ratio)")
        let draw = Draw(
            configuration.replacement, ratio: ratio,
            randomIDs: randomIDCount(in: tokenIDs[rows]), generator: generator, stream: stream)
        var scored = 0
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 4) {
            let words = generator.words(
                at: UInt64(first - rows.lowerBound) >> 2, stream: stream)
            for row in first..<min(first + 4, rows.upperBound) {
                let word = UInt64(words[row - first])
                let id = tokenIDs[row]
                guard word < draw.scoredBelow, isScorable(id) else { continue }
                scored += 1
                labels[row] = id
                if word < draw.maskedBelow {
                    tokenIDs[row] = configuration.maskTokenID
                } else if word < draw.randomBelow {
                    tokenIDs[row] = randomID(draw, row: row - rows.lowerBound)
                }
            }
        }
        guard scored == 0 else { return scored }
        let row = chooseRow(in: rows, of: tokenIDs, draw)
        labels[row] = tokenIDs[row]
        tokenIDs[row] = configuration.maskTokenID
        return 1
    }

    /// Thresholds of a 32-bit word, and what random ids are drawn from.
    private struct Draw {
        let maskedBelow: UInt64
        let randomBelow: UInt64
        let scoredBelow: UInt64
        let randomIDs: Int
        let generator: CounterGenerator
        let stream: UInt64

        init(
            _ shares: Replacement, ratio: Double, randomIDs: Int, generator: CounterGenerator,
            stream: UInt64
        ) {
            maskedBelow = UInt64((ratio * shares.mask * 0x1p32).rounded())
            randomBelow = UInt64((ratio * (shares.mask + shares.random) * 0x1p32).rounded())
            scoredBelow = UInt64((ratio * 0x1p32).rounded())
            self.randomIDs = randomIDs
            self.generator = generator
            self.stream = stream
        }

        /// A uniform integer below `bound`, apart from the words that decide what is scored.
        func integer(below bound: Int, at row: Int) -> Int {
            let position = 1 << 63 | UInt64(row)
            return Int(generator.integer(below: UInt64(bound), at: position, stream: stream))
        }
    }

    private func isScorable(_ id: Int32) -> Bool {
        configuration.scoresSpecialTokens || Int(id) >= isSpecial.count || !isSpecial[Int(id)]
    }

    private func randomIDCount(in tokenIDs: ArraySlice<Int32>) -> Int {
        switch configuration.randomTokens {
        case .vocabulary: configuration.vocabularySize - specialTokenIDs.count
        case .upToLargestPresent: Int(tokenIDs.max() ?? 0) + 1
        }
    }

    private func randomID(_ draw: Draw, row: Int) -> Int32 {
        var id = Int32(draw.integer(below: draw.randomIDs, at: row))
        if configuration.randomTokens == .vocabulary {
            for special in specialTokenIDs where id >= special {
                id += 1
            }
        }
        return id
    }

    /// A random row among those that may be scored, or among all if none may.
    private func chooseRow(in rows: Range<Int>, of tokenIDs: [Int32], _ draw: Draw) -> Int {
        let scorable = rows.filter { isScorable(tokenIDs[$0]) }
        let candidates = scorable.isEmpty ? Array(rows) : scorable
        return candidates[draw.integer(below: candidates.count, at: rows.count)]
    }
}
