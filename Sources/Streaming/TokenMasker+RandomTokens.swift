import Randomness

extension TokenMasker {
    /// Thresholds of a 31-bit number, and what random ids are drawn from.
    struct Draw {
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

        /// What positions of random integers have in common, apart from the words that decide what
        /// is scored.
        static let randomPositions: UInt64 = 1 << 63

        /// A uniform integer below `bound`.
        func integer(below bound: Int, at row: Int) -> Int {
            let position = Self.randomPositions | UInt64(row)
            return Int(generator.integer(below: UInt64(bound), at: position, stream: stream))
        }
    }

    /// Puts random ids where the numbers say so.
    func insertRandomIDs(
        _ numbers: Span<UInt32>, _ ids: inout MutableSpan<Int32>, rows: Range<Int>,
        of allRows: Range<Int>, _ draw: Draw
    ) {
        let width = draw.randomBelow &- draw.maskedBelow
        guard width > 0 else { return }
        // Rows, from the first of all, whose random numbers are made together.
        var waiting = SIMD8<UInt64>()
        var count = 0
        for place in 0..<rows.count where numbers[place] &- draw.maskedBelow < width {
            waiting[count] = UInt64(rows.lowerBound &+ place &- allRows.lowerBound)
            count += 1
            guard count == 8 else { continue }
            insertRandomIDs(count, waiting, &ids, from: allRows.lowerBound, draw)
            count = 0
        }
        insertRandomIDs(count, waiting, &ids, from: allRows.lowerBound, draw)
    }

    /// Writes random ids into the first `count` of `places`, which are counted from row `first`.
    private func insertRandomIDs(
        _ count: Int, _ places: SIMD8<UInt64>, _ ids: inout MutableSpan<Int32>, from first: Int,
        _ draw: Draw
    ) {
        guard count > 0 else { return }
        let integers = draw.generator.integers(
            below: UInt64(draw.randomIDs), at: places | Draw.randomPositions, stream: draw.stream)
        for lane in 0..<count {
            ids[first + Int(places[lane])] = randomID(Int32(integers[lane]))
        }
    }

    /// How many ids a random token is chosen from.
    func randomIDCount(in tokenIDs: ArraySlice<Int32>) -> Int {
        switch configuration.randomTokens {
        case .vocabulary: configuration.vocabularySize - specialTokenIDs.count
        case .upToLargestPresent: Int(tokenIDs.max() ?? 0) + 1
        }
    }

    /// The id that a random integer chooses: of the vocabulary, special ones are passed over.
    private func randomID(_ integer: Int32) -> Int32 {
        var id = integer
        if configuration.randomTokens == .vocabulary {
            for special in specialTokenIDs where id >= special {
                id += 1
            }
        }
        return id
    }
}
