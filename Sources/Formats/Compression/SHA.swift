/// What SHA-1 and SHA-256 share (FIPS 180-4): blocks of 64 bytes, padded with a one bit, zeros and
/// the count of bits.
protocol SecureHash {
    /// The chaining value.
    var state: [UInt32] { get set }
    /// Bytes that do not fill a block yet.
    var pending: [UInt8] { get set }
    /// Bytes taken in so far.
    var count: UInt64 { get set }
    /// Takes in one block of 64 bytes.
    mutating func absorb(_ block: UnsafeRawBufferPointer)
}

extension SecureHash {
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = min(64 - pending.count, rest.count)
            pending.append(contentsOf: rest.prefix(taken))
            rest = rest.dropFirst(taken)
            if pending.count == 64 {
                let block = pending
                block.withUnsafeBytes { absorb($0) }
                pending.removeAll(keepingCapacity: true)
            }
        }
        while rest.count >= 64 {
            absorb(UnsafeRawBufferPointer(rebasing: rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        pending.append(contentsOf: rest)
    }

    /// The digest's words.
    func words() -> [UInt32] {
        var last = self
        let bits = count &* 8
        let zeros = (119 - pending.count) % 64
        let padding = [0x80] + [UInt8](repeating: 0, count: zeros)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) }
        (padding + length).withUnsafeBytes { last.update($0) }
        return last.state
    }
}

/// SHA-1, for shards whose index gives no other hash.
struct SHA1: SecureHash {
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    var pending: [UInt8] = []
    var count: UInt64 = 0
    private var w = [UInt32](repeating: 0, count: 80)

    mutating func absorb(_ block: UnsafeRawBufferPointer) {
        for t in 0..<16 {
            w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
        }
        for t in 16..<80 { w[t] = rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1) }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for t in 0..<80 {
            let (f, k): (UInt32, UInt32) =
                switch t / 20 {
                case 0: ((b & c) | (~b & d), 0x5a82_7999)
                case 1: (b ^ c ^ d, 0x6ed9_eba1)
                case 2: ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotateLeft(a, 5) &+ f &+ e &+ k &+ w[t]
            (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
        }
        for (i, word) in [a, b, c, d, e].enumerated() { state[i] &+= word }
    }
}

/// SHA-256.
struct SHA256: SecureHash {
    var state: [UInt32] = primes(8).map { fraction(Double($0).squareRoot()) }
    var pending: [UInt8] = []
    var count: UInt64 = 0
    private var w = [UInt32](repeating: 0, count: 64)
    private let k = primes(64).map(cubeRootFraction)

    mutating func absorb(_ block: UnsafeRawBufferPointer) {
        for t in 0..<16 {
            w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
        }
        for t in 16..<64 {
            let (x, y) = (w[t - 15], w[t - 2])
            let s0 = rotateLeft(x, 25) ^ rotateLeft(x, 14) ^ (x >> 3)
            let s1 = rotateLeft(y, 15) ^ rotateLeft(y, 13) ^ (y >> 10)
            w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for t in 0..<64 {
            let s1 = rotateLeft(e, 26) ^ rotateLeft(e, 21) ^ rotateLeft(e, 7)
            let t1 = h &+ s1 &+ ((e & f) ^ (~e & g)) &+ k[t] &+ w[t]
            let s0 = rotateLeft(a, 30) ^ rotateLeft(a, 19) ^ rotateLeft(a, 10)
            let t2 = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
        for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= word }
    }
}

private func rotateLeft(_ x: UInt32, _ count: UInt32) -> UInt32 {
    (x << count) | (x >> (32 - count))
}

/// The first `count` primes, whose roots give SHA-256 its constants.
private func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var candidate = 2
    while found.count < count {
        if !found.contains(where: { candidate % $0 == 0 }) { found.append(candidate) }
        candidate += 1
    }
    return found
}

/// The first 32 bits of the fractional part of `x`.
private func fraction(_ x: Double) -> UInt32 {
    UInt32((x - x.rounded(.down)) * 4_294_967_296)
}

/// The first 32 bits of the fractional part of the cube root of `x`, by bisection in integers.
private func cubeRootFraction(_ x: Int) -> UInt32 {
    // The largest r with r³ ≤ x · 2⁹⁶ is the cube root times 2³².
    let target = UInt128(x) << 96
    var r: UInt128 = 0
    for bit in stride(from: 35, through: 0, by: -1) {
        let candidate = r | (1 << UInt128(bit))
        if candidate * candidate * candidate <= target { r = candidate }
    }
    return UInt32(truncatingIfNeeded: r)
}
