import PackedBatches
import Randomness
import Streaming
import Testing

@Suite struct TokenMaskerTests {
    let generator = CounterGenerator(seed: 5, purpose: "mask")

    /// Masks a batch of `count` ids, 2 first and 1 last, ordinary ones between.
    func mask(
        _ configuration: TokenMasker.Configuration, count: Int = 100_000, ratio: Double,
        stream: UInt64 = 0
    ) -> (before: [Int32], after: [Int32], labels: [Int32], scored: Int) {
        let before = [2] + (0..<(count - 2)).map { Int32(5 + $0 % 90) } + [1]
        var after = before
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: count)
        let scored = TokenMasker(configuration).mask(
            &after, labels: &labels, rows: 0..<count, ratio: ratio, generator: generator,
            stream: stream)
        return (before, after, labels, scored)
    }

    @Test func labelsHoldWhatWasThereAndOnlyScoredTokensChange() {
        let (before, after, labels, scored) = mask(.init(vocabularySize: 100), ratio: 0.3)
        #expect(labels.count { $0 != PackedBatch.ignoredLabel } == scored)
        for row in before.indices {
            if labels[row] == PackedBatch.ignoredLabel {
                #expect(after[row] == before[row])
            } else {
                #expect(labels[row] == before[row])
            }
        }
    }

    /// Shares within five standard deviations of their binomial counts.
    @Test(arguments: [0.3, 0.15, 0.05], [(0.8, 0.1), (1, 0), (0, 0), (0.5, 0.5)])
    func sharesAreAsAsked(ratio: Double, shares: (mask: Double, random: Double)) {
        let (before, after, labels, scored) = mask(
            .init(
                vocabularySize: 50_000_000,
                replacement: .init(mask: shares.mask, random: shares.random)),
            ratio: ratio)
        func close(_ count: Int, _ share: Double, of total: Int) -> Bool {
            let deviation = (Double(total) * share * (1 - share)).squareRoot()
            return abs(Double(count) - share * Double(total)) <= 5 * deviation + 1e-9
        }
        let rows = before.indices.filter { labels[$0] != PackedBatch.ignoredLabel }
        let masked = rows.count { after[$0] == 4 }
        let kept = rows.count { after[$0] == before[$0] }
        #expect(close(scored, ratio, of: before.count - 2))
        #expect(close(masked, shares.mask, of: scored))
        // A random id is one of the 90 that are there less than once in 100,000 times.
        #expect(abs(scored - masked - kept - rows.count { after[$0] > 94 }) <= 2)
        #expect(close(kept, 1 - shares.mask - shares.random, of: scored))
    }

    /// The rules word by word, also where special ids leave gaps.
    @Test(arguments: [[0, 1, 2, 3, 4], [1, 7, 30], [6], []] as [[Int32]], [0.3, 1])
    func everyTokenIsDecidedByItsOwnNumber(special: [Int32], ratio: Double) {
        let shares = TokenMasker.Replacement(mask: 0.5, random: 0.4)
        let (before, after, labels, _) = mask(
            .init(vocabularySize: 100, specialTokenIDs: special, replacement: shares),
            count: 2500, ratio: ratio, stream: 6)
        let ordinary = (0..<100 as Range<Int32>).filter { !special.contains($0) }
        for (row, id) in before.enumerated() {
            let number = generator.words(at: UInt64(row / 4), stream: 6)[row % 4] >> 1
            let share = Double(number) / 0x1p31 / ratio
            guard share < 1, !special.contains(id) else {
                #expect(labels[row] == PackedBatch.ignoredLabel && after[row] == id)
                continue
            }
            let random = generator.integer(
                below: UInt64(ordinary.count), at: 1 << 63 | UInt64(row), stream: 6)
            #expect(labels[row] == id)
            #expect(after[row] == (share < 0.5 ? 4 : share < 0.9 ? ordinary[Int(random)] : id))
        }
    }

    @Test func specialTokensAreNeitherScoredNorDrawn() {
        let (before, after, labels, scored) = mask(
            .init(vocabularySize: 100, replacement: .init(mask: 0, random: 1)), ratio: 1)
        #expect(scored == before.count - 2)
        #expect(labels[0] == PackedBatch.ignoredLabel)
        #expect(labels[before.count - 1] == PackedBatch.ignoredLabel)
        #expect(after.dropFirst().dropLast().min() == 5)
        #expect(after.max() == 99)
    }

    @Test func specialTokensAreScoredLikeOthersIfTheRecipeSaysSo() {
        let (before, after, labels, scored) = mask(
            .init(
                vocabularySize: 1000, replacement: .init(mask: 0, random: 1),
                scoresSpecialTokens: true, randomTokens: .upToLargestPresent), ratio: 1)
        #expect(scored == before.count)
        #expect(labels == before)
        #expect(after.min() == 0)
        #expect(after.max() == 94)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 63, 257, 1023, 1025])
    func atLeastOneTokenIsScored(count: Int) {
        var ids = [Int32](repeating: 50, count: count)
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: count)
        let scored = TokenMasker(.init(vocabularySize: 100)).mask(
            &ids, labels: &labels, rows: 0..<count, ratio: 0, generator: generator, stream: 1)
        #expect(scored == 1)
        #expect(ids.count { $0 == 4 } == 1)
        #expect(labels.count { $0 == 50 } == 1)
    }

    @Test func aBatchOfSpecialTokensIsScoredToo() {
        var ids: [Int32] = [2, 1]
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: 2)
        let scored = TokenMasker(.init(vocabularySize: 100)).mask(
            &ids, labels: &labels, rows: 0..<2, ratio: 0.3, generator: generator, stream: 1)
        #expect(scored == 1)
    }

    @Test func masksAreAFunctionOfTheStream() {
        let configuration = TokenMasker.Configuration(vocabularySize: 100)
        let first = mask(configuration, count: 257, ratio: 0.3, stream: 1)
        #expect(mask(configuration, count: 257, ratio: 0.3, stream: 1).after == first.after)
        #expect(mask(configuration, count: 257, ratio: 0.3, stream: 2).after != first.after)
    }

    @Test func rowsElsewhereInABatchGetTheSameMasks() {
        let masker = TokenMasker(.init(vocabularySize: 100))
        var alone = [Int32](repeating: 50, count: 63)
        var aloneLabels = [Int32](repeating: PackedBatch.ignoredLabel, count: 63)
        _ = masker.mask(
            &alone, labels: &aloneLabels, rows: 0..<63, ratio: 0.3, generator: generator, stream: 7)
        var packed = [Int32](repeating: 50, count: 100)
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: 100)
        _ = masker.mask(
            &packed, labels: &labels, rows: 30..<93, ratio: 0.3, generator: generator, stream: 7)
        #expect(Array(packed[30..<93]) == alone)
        #expect(Array(labels[30..<93]) == aloneLabels)
        #expect(labels[..<30].allSatisfy { $0 == PackedBatch.ignoredLabel })
    }

    @Test func aSmallerRatioScoresASubset() {
        let configuration = TokenMasker.Configuration(vocabularySize: 100)
        let many = mask(configuration, count: 1000, ratio: 0.3).labels
        let few = mask(configuration, count: 1000, ratio: 0.1).labels
        #expect(zip(many, few).allSatisfy { $1 == PackedBatch.ignoredLabel || $0 == $1 })
    }
}
