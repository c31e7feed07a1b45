import Foundation

/// What Python's `random.Random` draws with the same generator, which it seeds otherwise.
extension MersenneTwister {
    /// The generator of `random.Random(seed)`.
    public init(pythonSeed seed: UInt32) {
        var state = MersenneTwister(seed: 19_650_218).state
        var place = 1
        for _ in state.indices {
            let last = state[place - 1]
            state[place] = (state[place] ^ (last ^ last >> 30) &* 1_664_525) &+ seed
            Self.advance(&place, &state)
        }
        for _ in 1..<state.count {
            let last = state[place - 1]
            state[place] =
                (state[place] ^ (last ^ last >> 30) &* 1_566_083_941) &- UInt32(place)
            Self.advance(&place, &state)
        }
        state[0] = 0x8000_0000
        self.init(state: state)
    }

    private static func advance(_ place: inout Int, _ state: inout [UInt32]) {
        place += 1
        guard place == state.count else { return }
        state[0] = state[state.count - 1]
        place = 1
    }

    /// `random()`: 53 random bits, from 0 to below 1.
    public mutating func unit() -> Double {
        let (high, low) = (word() >> 5, word() >> 6)
        return (Double(high) * 67_108_864 + Double(low)) / 9_007_199_254_740_992
    }

    /// `choices(range(bound), k=count)`: numbers below `bound`, with replacement.
    public mutating func choices(below bound: Int, count: Int) -> [Int] {
        precondition(bound > 0, "MersenneTwister.choices: below \(bound)")
        return (0..<count).map { _ in Int(unit() * Double(bound)) }
    }

    /// `sample(range(bound), k=count)`: different numbers below `bound`.
    public mutating func sample(below bound: Int, count: Int) -> [Int] {
        precondition(0...bound ~= count, "MersenneTwister.sample: \(count) below \(bound)")
        var poolLimit = 21
        if count > 5 {
            poolLimit += Int(pow(4, (log(Double(count * 3)) / log(4)).rounded(.up)))
        }
        guard bound > poolLimit else {
            var pool = Array(0..<bound)
            return (0..<count).map { place in
                let chosen = pythonNumber(below: bound - place)
                defer { pool[chosen] = pool[bound - place - 1] }
                return pool[chosen]
            }
        }
        var taken: Set<Int> = []
        return (0..<count).map { _ in
            var chosen = pythonNumber(below: bound)
            while !taken.insert(chosen).inserted { chosen = pythonNumber(below: bound) }
            return chosen
        }
    }

    /// `_randbelow`: the upper bits of a word, drawn again where they are not below `bound`.
    private mutating func pythonNumber(below bound: Int) -> Int {
        precondition(1...Int(UInt32.max) ~= bound, "MersenneTwister: a number below \(bound)")
        let bits = UInt32.bitWidth - UInt32(bound).leadingZeroBitCount
        while true {
            let number = Int(word() >> UInt32(UInt32.bitWidth - bits))
            if number < bound { return number }
        }
    }
}
