import Foundation

/// Random numbers as a function: the same seed, purpose and position give the same numbers,
/// whatever was drawn before. Only positions need saving.
///
/// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3"
/// (SC 2011). The key is made of seed and purpose, the counter of position and stream.
public struct CounterGenerator: Sendable, Equatable {
    /// The Philox key, low word first.
    public let key: SIMD2<UInt32>

    /// A generator with an explicit Philox key.
    public init(key: SIMD2<UInt32>) {
        self.key = key
    }

    /// The generator for one purpose of a run: `CounterGenerator(seed: 21, purpose: "mask")`.
    public init(seed: UInt64, purpose: String) {
        // FNV-1a over the name, then two rounds of SplitMix64 with the seed.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in purpose.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let mixed = splitMix64(splitMix64(seed) ^ hash)
        key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    }

    /// Four independent uniform 32-bit words for a position of a stream.
    @inlinable
    public func words(at position: UInt64, stream: UInt64 = 0) -> SIMD4<UInt32> {
        philox4x32(
            counter: SIMD4(
                UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
                UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
            key: key)
    }

    /// A uniform number in [0, 1) with 53 random bits.
    @inlinable
    public func uniform(at position: UInt64, stream: UInt64 = 0) -> Double {
        unitInterval(words(at: position, stream: stream))
    }

    /// A uniform integer in `0..<bound`, by multiplication of 64 random bits; the bias is below
    /// `bound` / 2⁶⁴.
    ///
    /// - Precondition: `bound > 0`.
    @inlinable
    public func integer(below bound: UInt64, at position: UInt64, stream: UInt64 = 0) -> UInt64 {
        precondition(bound > 0, "CounterGenerator.integer: bound must be positive")
        let words = words(at: position, stream: stream)
        return (UInt64(words[1]) << 32 | UInt64(words[0])).multipliedFullWidth(by: bound).high
    }

    /// Two independent normal numbers (Box-Muller) for a position of a stream.
    public func normals(at position: UInt64, stream: UInt64 = 0) -> (Double, Double) {
        let words = words(at: position, stream: stream)
        let first = (Double(words[0]) + 0.5) * 0x1p-32
        let second = (Double(words[1]) + 0.5) * 0x1p-32
        let radius = (-2 * log(first)).squareRoot()
        let angle = 2 * Double.pi * second
        return (radius * cos(angle), radius * sin(angle))
    }
}

/// Words 2 and 3 of a Philox output as a number in [0, 1) with 53 random bits.
@inlinable
public func unitInterval(_ words: SIMD4<UInt32>) -> Double {
    let bits = UInt64(words[3]) << 32 | UInt64(words[2])
    return Double(bits >> 11) * 0x1p-53
}

/// Ten rounds of Philox4x32.
@inlinable
public func philox4x32(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
        let first = UInt64(counter[0]) &* 0xd251_1f53
        let second = UInt64(counter[2]) &* 0xcd9e_8d57
        counter = SIMD4(
            UInt32(truncatingIfNeeded: second >> 32) ^ counter[1] ^ key[0],
            UInt32(truncatingIfNeeded: second),
            UInt32(truncatingIfNeeded: first >> 32) ^ counter[3] ^ key[1],
            UInt32(truncatingIfNeeded: first))
        key = key &+ SIMD2(0x9e37_79b9, 0xbb67_ae85)
    }
    return counter
}

/// The output function of SplitMix64 (Steele, Lea and Flood, 2014), a strong 64-bit mixer.
public func splitMix64(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
}
