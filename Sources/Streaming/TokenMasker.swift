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
    /// Whether an id is never scored, for ids up to the largest such one.
    private let isSpared: [Bool]

    /// Rows whose random words are made at once; a multiple of 4.
    private static let rowsAtOnce = 1024

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
        let spared = configuration.scoresSpecialTokens ? [] : specialTokenIDs
        var table = [Bool](repeating: false, count: Int(spared.last ?? -1) + 1)
        for id in spared {
            table[Int(id)] = true
        }
        isSpared = table
    }

    /// Masks `rows` of a batch and returns how many are scored, at least one.
    ///
    /// If chance scores no row, one is chosen, and replaced by the mask token.
    ///
    /// - Parameters:
    ///   - tokenIDs: ids as read, `[tokens]`; becomes ids as the encoder sees them.
    ///   - labels: `[tokens]`; in `rows` they become the ids of scored tokens and
    ///     `PackedBatch.ignoredLabel`.
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
        let scored = replace(&tokenIDs, &labels, rows: rows, draw)
        guard scored == 0 else { return scored }
        let row = chooseRow(in: rows, of: tokenIDs, draw)
        labels[row] = tokenIDs[row]
        tokenIDs[row] = configuration.maskTokenID
        return 1
    }

    /// Labels and replaces what `draw` says; returns the number of scored rows.
    private func replace(
        _ tokenIDs: inout [Int32], _ labels: inout [Int32], rows: Range<Int>, _ draw: Draw
    ) -> Int {
        var numbers = [UInt32](repeating: 0, count: min(rows.count, Self.rowsAtOnce))
        var tokenIDs = tokenIDs.mutableSpan
        var labels = labels.mutableSpan
        var scored = 0
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: numbers.count) {
            let position = UInt64((first - rows.lowerBound) / 4)
            draw.generator.fill(&numbers, from: position, stream: draw.stream)
            let piece = first..<min(first + numbers.count, rows.upperBound)
            spare(tokenIDs.span, rows: piece, &numbers)
            scored += select(numbers.span, &tokenIDs, &labels, rows: piece, draw)
            insertRandomIDs(numbers.span, &tokenIDs, rows: piece, of: rows, draw)
        }
        return scored
    }

    /// Makes random words numbers of 31 bits, and those of tokens that may not be scored larger.
    private func spare(_ ids: Span<Int32>, rows: Range<Int>, _ numbers: inout [UInt32]) {
        let isSpared = isSpared.span
        var numbers = numbers.mutableSpan
        for place in numbers.indices { numbers[place] >>= 1 }
        guard !isSpared.isEmpty else { return }
        for place in 0..<rows.count {
            let id = Int(ids[rows.lowerBound + place])
            if id < isSpared.count && isSpared[id] { numbers[place] = .max }
        }
    }

    /// Labels the scored tokens and hides those behind the mask, without a branch: chance decides
    /// here, which no processor foresees. Returns how many are scored.
    private func select(
        _ numbers: Span<UInt32>, _ ids: inout MutableSpan<Int32>,
        _ labels: inout MutableSpan<Int32>, rows: Range<Int>, _ draw: Draw
    ) -> Int {
        let mask = configuration.maskTokenID
        let (scoredBelow, maskedBelow) = (Int64(draw.scoredBelow), Int64(draw.maskedBelow))
        var scored: Int32 = 0
        for place in 0..<rows.count {
            let row = rows.lowerBound &+ place
            let number = Int64(numbers[place])
            let id = ids[row]
            // All ones where the number is below the bound, all zeros elsewhere.
            let isScored = Int32(truncatingIfNeeded: (number &- scoredBelow) &>> 63)
            let isMasked = Int32(truncatingIfNeeded: (number &- maskedBelow) &>> 63)
            labels[row] = id & isScored | PackedBatch.ignoredLabel & ~isScored
            ids[row] = mask & isMasked | id & ~isMasked
            scored &-= isScored
        }
        return Int(scored)
    }

    private func insertRandomIDs(
        _ numbers: Span<UInt32>, _ ids: inout MutableSpan<Int32>, rows: Range<Int>,
        of allRows: Range<Int>, _ draw: Draw
    ) {
        guard draw.maskedBelow < draw.randomBelow else { return }
        for place in 0..<rows.count {
            let number = numbers[place]
            if draw.maskedBelow <= number && number < draw.randomBelow {
                let row = rows.lowerBound + place
                ids[row] = randomID(draw, row: row - allRows.lowerBound)
            }
        }
    }

    /// Thresholds of a 31-bit number, and what random ids are drawn from.
    private struct Draw {
        let maskedBelow: UInt32
        let randomBelow: UInt32
        let scoredBelow: UInt32
        let randomIDs: Int
        let generator: CounterGenerator
        let stream: UInt64

        init(
            _ shares: Replacement, ratio: Double, randomIDs: Int, generator: CounterGenerator,
            stream: UInt64
        ) {
            maskedBelow = UInt32((ratio * shares.mask * 0x1p31).rounded())
            randomBelow = UInt32((ratio * min(shares.mask + shares.random, 1) * 0x1p31).rounded())
            scoredBelow = UInt32((ratio * 0x1p31).rounded())
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
        let scorable = rows.filter { row in
            let id = Int(tokenIDs[row])
            return id >= isSpared.count || !isSpared[id]
        }
        let candidates = scorable.isEmpty ? Array(rows) : scorable
        return candidates[draw.integer(below: candidates.count, at: rows.count)]
    }
}
