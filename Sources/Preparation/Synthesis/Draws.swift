import Foundation
import Randomness

/// A sequence of random numbers: SplitMix64 from a state that is a function of what the numbers
/// are for. Text needs one or two numbers a word, in order, so a sequence serves better than the
/// counter-based generator from which it starts.
struct Draws {
    private var state: UInt64

    /// The sequence number `stream` for a purpose.
    init(seed: UInt64, purpose: String, stream: UInt64) {
        let words = CounterGenerator(seed: seed, purpose: purpose).words(at: 0, stream: stream)
        state = UInt64(words[1]) << 32 | UInt64(words[0])
    }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        defer { state &+= 0x9e37_79b9_7f4a_7c15 }
        return splitMix64(state)
    }

    /// A number in [0, 1).
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// True with a probability.
    mutating func chance(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// An integer in `0..<bound`.
    mutating func integer(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A rank in `0..<count` with a probability that falls as 1 / (rank + 1), approximately: the
    /// inverse of the continuous distribution.
    mutating func zipf(_ count: Int) -> Int {
        min(count - 1, Int(exp(uniform() * log(Double(count + 1)))) - 1)
    }

    /// One of the elements.
    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[integer(below: elements.count)]
    }
}
