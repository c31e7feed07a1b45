/// MT19937 of Matsumoto and Nishimura (1998) as numpy's `RandomState` seeds and uses it: to repeat
/// what programs in Python drew. mmbert's own draws are `CounterGenerator`'s.
public struct MersenneTwister: Sendable {
    private static let size = 624
    private static let middle = 397

    private(set) var state: [UInt32]
    private var next = size

    /// A generator in a state of 624 words, none of which is used.
    init(state: [UInt32]) { self.state = state }

    /// The generator of `numpy.random.RandomState(seed)`.
    public init(seed: UInt32) {
        state = [seed]
        for place in 1..<UInt32(Self.size) {
            let last = state[Int(place) - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ place)
        }
    }

    /// The next 32 random bits.
    public mutating func word() -> UInt32 {
        if next == Self.size { twist() }
        var word = state[next]
        next += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9d2c_5680
        word ^= word << 15 & 0xefc6_0000
        return word ^ word >> 18
    }

    private mutating func twist() {
        for place in state.indices {
            let bits =
                state[place] & 0x8000_0000 | state[(place + 1) % Self.size] & 0x7fff_ffff
            state[place] =
                state[(place + Self.middle) % Self.size] ^ bits >> 1
                ^ (bits & 1 == 0 ? 0 : 0x9908_b0df)
        }
        next = 0
    }

    /// A uniform number from 0 to `largest`: words are cut to its bits and drawn again where they
    /// are above it.
    ///
    /// - Precondition: `largest` is from 0 to 2³² − 1.
    public mutating func integer(upTo largest: Int) -> Int {
        precondition(
            0...Int(UInt32.max) ~= largest, "MersenneTwister.integer: up to \(largest)")
        guard largest > 0 else { return 0 }
        let bits = UInt32.max >> UInt32(UInt32(largest).leadingZeroBitCount)
        while true {
            let number = Int(word() & bits)
            if number <= largest { return number }
        }
    }

    /// Changes the order of `elements`, as `RandomState.shuffle`.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, integer(upTo: last))
        }
    }
}
