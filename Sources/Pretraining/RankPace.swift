/// Looks out for a rank that computes much slower than the others, step after step: all wait for it.
package struct RankPace {
    /// A rank that was slow in many steps in a row.
    package struct Slow: Equatable {
        package let rank: Int
        /// Seconds that it takes for a microbatch, and that the rank in the middle takes.
        package let seconds, usual: Double
    }

    /// So much slower than the rank in the middle is slow.
    private static let factor = 1.5
    /// Steps in a row after which it is said.
    private static let steps = 20
    /// Steps in a row in which each rank was slow.
    private var counts: [Int] = []
    private var said: Set<Int> = []

    /// Before the first step.
    package init() {}

    /// Takes in a step; what is to be said of a rank, once of each.
    ///
    /// - Parameters:
    ///   - computing: seconds of each rank.
    ///   - microbatches: how many each rank computed.
    package mutating func slowRank(computing: [Double], microbatches: [Int]) -> Slow? {
        guard computing.count > 1 else { return nil }
        if counts.isEmpty { counts = Array(repeating: 0, count: computing.count) }
        let each = zip(computing, microbatches).map { $1 > 0 ? $0 / Double($1) : nil }
        let sorted = each.compactMap(\.self).sorted()
        guard sorted.count > 1 else { return nil }
        let usual = sorted[(sorted.count - 1) / 2]
        var slow: Slow?
        for (rank, seconds) in each.enumerated() {
            guard let seconds else { continue }
            counts[rank] = seconds > Self.factor * usual ? counts[rank] + 1 : 0
            guard counts[rank] >= Self.steps, said.insert(rank).inserted else { continue }
            slow = Slow(rank: rank, seconds: seconds, usual: usual)
        }
        return slow
    }
}
