extension CounterGenerator {
    /// Fills `words` with the words of consecutive positions, four each: the same as from
    /// `words(at: position)`, `words(at: position + 1)` …, but faster.
    public func fill(_ words: inout [UInt32], from position: UInt64 = 0, stream: UInt64 = 0) {
        var words = words.mutableSpan
        let count = words.count
        var position = position
        var start = 0
        while count - start >= 32 {
            let positions = SIMD8(repeating: position) &+ SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
            let pairs = philox4x32(positions: positions, stream: stream, key: key)
            store(pairs.0.lowHalf, pairs.1.lowHalf, &words, start)
            store(pairs.0.highHalf, pairs.1.highHalf, &words, start &+ 16)
            start += 32
            position &+= 8
        }
        while start < count {
            let four = self.words(at: position, stream: stream)
            for word in 0..<min(4, count - start) { words[start + word] = four[word] }
            start += 4
            position &+= 1
        }
    }

    /// The same as `integer(below: bound, at: position)` for each of eight positions, but faster.
    ///
    /// - Precondition: `bound > 0`.
    public func integers(
        below bound: UInt64, at positions: SIMD8<UInt64>, stream: UInt64 = 0
    ) -> SIMD8<UInt64> {
        precondition(bound > 0, "CounterGenerator.integers: bound must be positive")
        var integers = philox4x32(positions: positions, stream: stream, key: key).0
        for lane in 0..<8 {
            integers[lane] = integers[lane].multipliedFullWidth(by: bound).high
        }
        return integers
    }
}

/// Writes the pairs of words of four positions, starting at `place`.
@inline(__always)
private func store(
    _ first: SIMD4<UInt64>, _ second: SIMD4<UInt64>, _ target: inout MutableSpan<UInt32>,
    _ place: Int
) {
    for lane in 0..<4 {
        let start = place &+ 4 &* lane
        target[start] = UInt32(truncatingIfNeeded: first[lane])
        target[start &+ 1] = UInt32(truncatingIfNeeded: first[lane] &>> 32)
        target[start &+ 2] = UInt32(truncatingIfNeeded: second[lane])
        target[start &+ 3] = UInt32(truncatingIfNeeded: second[lane] &>> 32)
    }
}

/// Ten rounds of Philox4x32 for eight positions of a stream: words 0 and 1 of each, and words 2 and
/// 3, the lower numbered one in the lower half.
///
/// Each word lies in the lower half of a 64-bit lane, where its product fits; the upper halves hold
/// remains of earlier products until the end. Never inlined: seeing which halves are used in the
/// end, the compiler packs and unpacks them in every round, at half the speed.
@inline(never)
private func philox4x32(
    positions: SIMD8<UInt64>, stream: UInt64, key: SIMD2<UInt32>
) -> (SIMD8<UInt64>, SIMD8<UInt64>) {
    let low = SIMD8<UInt64>(repeating: 0xffff_ffff)
    var counter = (
        positions, positions &>> 32, SIMD8(repeating: stream), SIMD8(repeating: stream &>> 32)
    )
    var key = key
    for _ in 0..<10 {
        let first = (counter.0 & low) &* SIMD8(repeating: 0xd251_1f53)
        let second = (counter.2 & low) &* SIMD8(repeating: 0xcd9e_8d57)
        counter = (
            second &>> 32 ^ counter.1 ^ SIMD8(repeating: UInt64(key[0])), second,
            first &>> 32 ^ counter.3 ^ SIMD8(repeating: UInt64(key[1])), first
        )
        key = key &+ SIMD2(0x9e37_79b9, 0xbb67_ae85)
    }
    return (counter.0 & low | counter.1 &<< 32, counter.2 & low | counter.3 &<< 32)
}
