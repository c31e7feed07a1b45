extension CounterGenerator {
    /// Fills `words` with those of as many positions as it takes, four words each: what
    /// `words(at: position)`, `words(at: position + 1)` … give, faster.
    public func fill(_ words: inout [UInt32], from position: UInt64 = 0, stream: UInt64 = 0) {
        var words = words.mutableSpan
        let count = words.count
        var position = position
        var start = 0
        while start < count {
            let four = philox4x32(positions: position, stream: stream, key: key)
            let positions = min(8, (count - start + 3) / 4)
            for lane in 0..<positions {
                let rest = min(4, count - start)
                words[start] = UInt32(truncatingIfNeeded: four.0[lane])
                if rest > 1 { words[start + 1] = UInt32(truncatingIfNeeded: four.1[lane]) }
                if rest > 2 { words[start + 2] = UInt32(truncatingIfNeeded: four.2[lane]) }
                if rest > 3 { words[start + 3] = UInt32(truncatingIfNeeded: four.3[lane]) }
                start += rest
            }
            position &+= 8
        }
    }
}

/// Ten rounds of Philox4x32 for eight positions of a stream from `positions` on. Each 32-bit word
/// lies in a 64-bit lane, where its products fit.
@inline(__always)
private func philox4x32(
    positions: UInt64, stream: UInt64, key: SIMD2<UInt32>
) -> (SIMD8<UInt64>, SIMD8<UInt64>, SIMD8<UInt64>, SIMD8<UInt64>) {
    let low = SIMD8<UInt64>(repeating: 0xffff_ffff)
    let position = SIMD8<UInt64>(repeating: positions) &+ SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
    var counter = (
        position & low, position &>> 32,
        SIMD8(repeating: stream & 0xffff_ffff), SIMD8(repeating: stream >> 32)
    )
    var key = key
    for _ in 0..<10 {
        let first = (counter.0 & low) &* SIMD8(repeating: 0xd251_1f53)
        let second = (counter.2 & low) &* SIMD8(repeating: 0xcd9e_8d57)
        counter = (
            second &>> 32 ^ counter.1 ^ SIMD8(repeating: UInt64(key[0])), second & low,
            first &>> 32 ^ counter.3 ^ SIMD8(repeating: UInt64(key[1])), first & low
        )
        key = key &+ SIMD2(0x9e37_79b9, 0xbb67_ae85)
    }
    return counter
}
