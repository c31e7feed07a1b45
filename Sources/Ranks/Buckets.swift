import TensorCore

/// How the elements of all parameters are dealt to the ranks.
///
/// The slabs of all parameters, in their order, are cut into *buckets* of max(64, 4 R) slabs, 4 MiB
/// for up to 16 ranks. Of the n slabs of a bucket ⌊n r / R⌋ ..< ⌊n (r+1) / R⌋ are the *run* of rank r.
/// A rank's runs of all buckets, one behind another, are its *share*. Nothing that is computed
/// depends on where is cut.
package struct Buckets: Sendable {
    /// The slabs of all parameters.
    package let slabs: [FlatSlab]
    /// R, how many ranks there are.
    package let ranks: Int
    /// Slabs of a bucket that is not the last.
    package let length: Int

    /// Buckets of parameters with `counts` elements for `ranks` ranks.
    package init(counts: [Int], ranks: Int) {
        precondition(ranks > 0, "Buckets: \(ranks) ranks")
        slabs = FlatSlab.line(ofCounts: counts)
        self.ranks = ranks
        length = max(64, 4 * ranks)
    }

    /// How many buckets there are.
    package var count: Int { (slabs.count + length - 1) / length }

    /// Elements of a full bucket, or of all parameters where they are fewer.
    package var capacity: Int { min(length, slabs.count) * FlatSlab.capacity }

    /// The slabs of a bucket.
    package func bucket(_ bucket: Int) -> ArraySlice<FlatSlab> {
        slabs[bucket * length..<min(slabs.count, (bucket + 1) * length)]
    }

    /// The slabs of a rank in a bucket.
    package func run(of rank: Int, in bucket: Int) -> ArraySlice<FlatSlab> {
        let all = self.bucket(bucket)
        let count = all.count
        let start = all.startIndex
        return slabs[start + count * rank / ranks..<start + count * (rank + 1) / ranks]
    }

    /// Elements of the runs of all ranks in a bucket, by rank.
    package func elementCounts(in bucket: Int) -> [Int] {
        (0..<ranks).map { run(of: $0, in: bucket).elementCount }
    }

    /// How many slabs the share of a rank has.
    package func slabCount(of rank: Int) -> Int {
        (0..<count).reduce(0) { $0 + run(of: rank, in: $1).count }
    }

    /// Where each bucket's run begins in the share of a rank, in elements; last the share's length.
    package func shareStarts(of rank: Int) -> [Int] {
        (0..<count).reduce(into: [0]) { starts, bucket in
            starts.append((starts.last ?? 0) + run(of: rank, in: bucket).elementCount)
        }
    }
}
