import Ranks

/// How the lanes of a run are dealt to its ranks, in blocks, and what each adds up by itself.
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

    /// The lanes of each rank.
    public var blocks: [Range<Int>] {
        (0..<ranks).map { SumTree.lanes(of: $0, among: ranks, lanes: lanes) }
    }

    /// The numbers of lanes of the largest whole nodes of the tree of sums that tile `block`: what is
    /// added up there is one part of the gradient for each of them.
    public func parts(of block: Range<Int>) -> [Int] {
        SumTree.parts(tiling: block, of: lanes).map { $0.lanes(of: lanes).count }
    }

    /// The most gradients of the whole model that a rank holds at once: the parts that are done, and
    /// of the next one, of n lanes, 1 + ⌈log₂ n⌉.
    public var gradientsOfARank: Int {
        blocks.map { block in
            let lengths = parts(of: block)
            return lengths.count + SumTree.root(of: lengths.max() ?? 1).level
        }.max() ?? 1
    }

    /// Bytes of the buffers of a rank's exchange, of parameters with `counts` elements on `machines`
    /// machines; 0 for one rank.
    ///
    /// Two buckets at a time: of the rank's piece of a bucket there is room for all parts. Where
    /// machines have equally many ranks, and several, that is so twice: among the ranks of a machine,
    /// where there are three buckets at a time, and for a k-th of the bucket among machines. There is
    /// one more bucket for what is saved and loaded.
    public func exchangeByteCount(of counts: [Int], machines: Int = 1) -> Int {
        guard ranks > 1 else { return 0 }
        let bucket = Buckets(counts: counts, ranks: ranks).capacity
        func buffers(_ blocks: [Range<Int>], of piece: Int) -> Int {
            let share = (piece + blocks.count - 1) / blocks.count
            return blocks.reduce(0) { $0 + parts(of: $1).count } * share
        }
        let seats = ranks / machines
        guard machines > 1, seats > 1, ranks % machines == 0 else {
            return 4 * (2 * buffers(blocks, of: bucket) + bucket)
        }
        let byMachine = (0..<machines).map { blocks[$0 * seats..<($0 + 1) * seats] }
        let within = byMachine.map { buffers(Array($0), of: bucket) }.max() ?? 0
        let machineBlocks = byMachine.map { lanes(of: $0) }
        return 4 * (3 * within + 2 * buffers(machineBlocks, of: bucket / seats) + bucket)
    }

    /// The lanes of ranks with these blocks, which follow one another.
    public func lanes(of blocks: ArraySlice<Range<Int>>) -> Range<Int> {
        (blocks.first?.lowerBound ?? 0)..<(blocks.last?.upperBound ?? 0)
    }

    /// Buckets in which parameters with `counts` elements are exchanged.
    public func bucketCount(of counts: [Int]) -> Int {
        Buckets(counts: counts, ranks: ranks).count
    }
}
