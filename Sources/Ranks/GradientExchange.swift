import TensorCore

/// Adds up the gradients of all ranks and spreads the weights that come of them, bucket by bucket.
///
/// Every rank sends its parts, values of whole nodes of the `SumTree`, to the owners of their slabs.
/// An owner adds all parts of its run in the order of the tree, makes the update of its run, and
/// gives the new weights to all. Transports only move bytes, so the bits are those of one process.
/// Gradients are sent from the matrices in which they are, weights are received in theirs: no byte
/// is copied on the way but by the transport.
///
/// All ranks call the same methods in the same order. After an error the group is of no more use.
package final class GradientExchange {
    /// Elements of each parameter, in their order.
    package let counts: [Int]
    /// How many lanes there are.
    package let lanes: Int
    /// Those who take part.
    package let ranks: RankGroup
    /// What is whose.
    package let buckets: Buckets
    /// The nodes whose values this rank hands to `reduce`, in rising order.
    package let nodes: [SumTree.Node]
    /// The exchanges that make a sum, one after the other.
    let stages: [SumStage]
    /// Where each bucket's run begins in this rank's share; last the share's length.
    let shareStarts: [Int]
    /// Two sums of each slab, the slabs of one rank behind those of another: `[slabs, 2]`. The body
    /// of `reduce` writes those of its run; `gatherSums` gives everyone all of them.
    package let sums: Matrix<Double>
    /// A bucket of what is collected or dealt.
    let buffer: Matrix<Float>

    /// A run of slabs that this rank owns.
    package struct Run {
        /// Its slabs.
        package let slabs: ArraySlice<FlatSlab>
        /// Its first element in this rank's share.
        package let shareOffset: Int
        /// The row of `sums` of its first slab.
        package let sumRow: Int
    }

    /// An exchange of gradients of parameters with `counts` elements, in their order. It takes two
    /// stages where several machines have equally many ranks, and more than one.
    ///
    /// - Parameters:
    ///   - lanes: how many lanes the ranks compute together, in blocks by `SumTree.lanes`.
    ///   - ranks: those who take part.
    package init(counts: [Int], lanes: Int, ranks: RankGroup) {
        self.counts = counts
        self.lanes = lanes
        self.ranks = ranks
        let buckets = Buckets(
            counts: counts, ranks: ranks.count, machines: Self.machines(of: ranks))
        self.buckets = buckets
        nodes = Self.nodes(of: ranks.rank..<ranks.rank + 1, among: ranks.count, lanes: lanes)
        stages = Self.stages(buckets, lanes: lanes, rank: ranks.rank)
        shareStarts = buckets.shareStarts(of: ranks.rank)
        sums = Matrix(rows: buckets.slabs.count, columns: 2)
        buffer = Matrix(rows: 1, columns: max(1, buckets.capacity))
    }

    /// Elements of this rank's share.
    package var shareCount: Int { shareStarts.last ?? 0 }

    /// This rank's runs, bucket by bucket.
    func runs() -> [Run] {
        var row = (0..<ranks.rank).reduce(0) { $0 + buckets.slabCount(of: $1) }
        return (0..<buckets.count).map { bucket in
            let slabs = buckets.run(of: ranks.rank, in: bucket)
            defer { row += slabs.count }
            return Run(slabs: slabs, shareOffset: shareStarts[bucket], sumRow: row)
        }
    }

    /// The slabs of a bucket that each rank of a level gets from the others of the level.
    func pieces(among level: RankLevel, in bucket: Int) -> [ArraySlice<FlatSlab>] {
        let seats = buckets.seats
        return switch level {
        case .all: (0..<ranks.count).map { buckets.run(of: $0, in: bucket) }
        case .machine: (0..<seats).map { buckets.seatRun($0, in: bucket) }
        case .sameSeat:
            (0..<buckets.machines).map {
                buckets.run(of: $0 * seats + ranks.rank % seats, in: bucket)
            }
        }
    }
}
