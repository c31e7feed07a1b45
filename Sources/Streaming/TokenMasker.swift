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
    let specialTokenIDs: [Int32]
    /// Whether an id is never scored, for ids up to the largest such one.
    private let isSpared: [Bool]
    /// The ids that are never scored, where they follow one another.
    private let sparedRun: Range<Int32>?

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
        let run = (spared.first ?? 0)..<((spared.last ?? -1) + 1)
        sparedRun = run.count == spared.count ? run : nil
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
        let ids = ids.extracting(rows)
        if let sparedRun {
            let (first, count) = (sparedRun.lowerBound, Int32(sparedRun.count))
            // All ones where the id is in the run.
            for place in 0..<min(numbers.count, ids.count) {
                let beyond = ids[place] &- first
                let isSpared = (beyond &- count) &>> 31 & ~(beyond &>> 31)
                numbers[place] = numbers[place] &>> 1 | UInt32(bitPattern: isSpared)
            }
            return
        }
        for place in numbers.indices { numbers[place] >>= 1 }
        for place in 0..<ids.count {
            let id = Int(ids[place])
            if id < isSpared.count && isSpared[id] { numbers[place] = .max }
        }
    }

    /// Labels the scored tokens and hides those that the mask replaces, without a branch: chance
    /// decides here, which no processor can predict. Returns how many are scored.
    private func select(
        _ numbers: Span<UInt32>, _ ids: inout MutableSpan<Int32>,
        _ labels: inout MutableSpan<Int32>, rows: Range<Int>, _ draw: Draw
    ) -> Int {
        let mask = configuration.maskTokenID
        let scoredBelow = Int32(bitPattern: draw.scoredBelow)
        let maskedBelow = Int32(bitPattern: draw.maskedBelow)
        let numbers = numbers.extracting(0..<rows.count)
        var scored: Int32 = 0
        for place in 0..<numbers.count {
            let row = rows.lowerBound &+ place
            let number = Int32(bitPattern: numbers[place])
            let id = ids[row]
            // All ones where the number is below the bound, all zeros elsewhere. Differences from
            // bounds up to 2^31 have the right sign, and numbers of spared tokens are negative.
            let isOpen = ~(number &>> 31)
            let isScored = (number &- scoredBelow) &>> 31 & isOpen
            let isMasked = (number &- maskedBelow) &>> 31 & isOpen
            labels[row] = id & isScored | PackedBatch.ignoredLabel & ~isScored
            ids[row] = mask & isMasked | id & ~isMasked
            scored &-= isScored
        }
        return Int(scored)
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
