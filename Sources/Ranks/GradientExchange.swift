import TensorCore

/// Adds up the gradients of all ranks and spreads the weights that come of them, bucket by bucket.
///
/// Every rank sends its parts, values of whole nodes of the `SumTree`, to the owners of their slabs.
/// An owner adds all parts of its run in the order of the tree, makes the update of its run, and
/// gives the new weights to all. Transports only move bytes, so the bits are those of one process.
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
    /// The nodes of each rank.
    let nodesByRank: [[SumTree.Node]]
    /// Where each bucket's run begins in this rank's share; last the share's length.
    let shareStarts: [Int]
    /// Two sums of each slab, the slabs of one rank behind those of another: `[slabs, 2]`. The body
    /// of `reduce` writes those of its run; `gatherSums` gives everyone all of them.
    package let sums: Matrix<Double>
    /// The send buffers of two buckets in flight; a bucket's weights are gathered in them too.
    let outgoing: [Matrix<Float>]
    /// The receive buffers of two buckets in flight.
    let incoming: [Matrix<Float>]

    /// A run of slabs that this rank owns.
    package struct Run {
        /// Its slabs.
        package let slabs: ArraySlice<FlatSlab>
        /// Its first element in this rank's share.
        package let shareOffset: Int
        /// The row of `sums` of its first slab.
        package let sumRow: Int
    }

    /// An exchange of gradients of parameters with `counts` elements, in their order.
    ///
    /// - Parameters:
    ///   - lanes: how many lanes the ranks compute together, in blocks by `SumTree.lanes`.
    ///   - ranks: those who take part.
    package init(counts: [Int], lanes: Int, ranks: RankGroup) {
        self.counts = counts
        self.lanes = lanes
        self.ranks = ranks
        let buckets = Buckets(counts: counts, ranks: ranks.count)
        self.buckets = buckets
        nodesByRank = (0..<ranks.count).map {
            SumTree.parts(
                tiling: SumTree.lanes(of: $0, among: ranks.count, lanes: lanes), of: lanes)
        }
        nodes = nodesByRank[ranks.rank]
        shareStarts = buckets.shareStarts(of: ranks.rank)
        let runs = (0..<buckets.count).map { buckets.run(of: ranks.rank, in: $0).elementCount }
        let largestRun = runs.max() ?? 0
        let parts = nodesByRank.reduce(0) { $0 + $1.count }
        let sent = max(1, nodes.count) * buckets.capacity
        outgoing = (0..<2).map { _ in Matrix(rows: 1, columns: max(1, sent)) }
        incoming = (0..<2).map { _ in Matrix(rows: 1, columns: max(1, parts * largestRun)) }
        sums = Matrix(rows: buckets.slabs.count, columns: 2)
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
}
