/// How the lanes of a run are dealt to its ranks: in blocks of equal length, as far as they go round.
public struct LaneShares: Sendable, Equatable {
    /// Lanes of the run.
    public let lanes: Int
    /// Ranks of the run, at most as many.
    public let ranks: Int

    /// The shares of `ranks` ranks; there must be from 1 to `lanes`.
    public init(lanes: Int, ranks: Int) {
        precondition((1...lanes).contains(ranks), "LaneShares: \(ranks) ranks, \(lanes) lanes")
        (self.lanes, self.ranks) = (lanes, ranks)
    }

    /// The lanes of a block of ranks: of rank r ⌊L r / R⌋ up to ⌊L (r + 1) / R⌋.
    public func lanes(of block: Range<Int>) -> Range<Int> {
        lanes * block.lowerBound / ranks..<lanes * block.upperBound / ranks
    }

    /// The lengths of the largest whole nodes of the tree of sums that tile `range`: node (k, j)
    /// covers the lanes j · 2ᵏ up to (j + 1) · 2ᵏ, as far as there are some.
    ///
    /// What a rank adds up by itself is one part of the gradient for each of them.
    public func parts(of range: Range<Int>) -> [Int] {
        var (parts, next) = ([Int](), range.lowerBound)
        while next < range.upperBound {
            var length = 1
            while next % (2 * length) == 0, next + length < lanes,
                min(next + 2 * length, lanes) <= range.upperBound
            { length *= 2 }
            length = min(length, lanes - next)
            parts.append(length)
            next += length
        }
        return parts
    }

    /// The most gradients of the whole model that a rank holds at once: the parts that are done, and
    /// of the next one, of n lanes, 1 + ⌈log₂ n⌉.
    public var gradientsOfARank: Int {
        (0..<ranks).map { rank in
            let parts = parts(of: lanes(of: rank..<rank + 1))
            let depth = (parts.max() ?? 1) - 1
            return parts.count + (Int.bitWidth - depth.leadingZeroBitCount)
        }.max() ?? 1
    }

    /// The most parts that a rank sends of the gradient.
    public var partsOfARank: Int {
        (0..<ranks).map { parts(of: lanes(of: $0..<$0 + 1)).count }.max() ?? 1
    }
}
