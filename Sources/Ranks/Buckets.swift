import TensorCore

/// How the elements of all parameters are dealt to the ranks.
///
/// The slabs of all parameters, in their order, are cut into *buckets* of max(64, 4 R) slabs, 4 MiB
/// for up to 16 ranks. Of the c slabs of a bucket ⌊c p / R⌋ ..< ⌊c (p+1) / R⌋ are the *run* of the
/// rank with place p. A rank's runs of all buckets, one behind another, are its *share*. Nothing
/// that is computed depends on where is cut.
///
/// A rank's place is its number. Where n machines have k ranks each, those with the same seat s on
/// all machines m follow one another: p = s n + m, so that a seat's runs are a k-th of the bucket.
package struct Buckets: Sendable {
    /// The slabs of all parameters.
    package let slabs: [FlatSlab]
    /// R, how many ranks there are.
    package let ranks: Int
    /// n, how many machines have equally many ranks; 1 where that makes no difference.
    package let machines: Int
    /// Slabs of a bucket that is not the last.
    package let length: Int

    /// Buckets of parameters with `counts` elements for `ranks` ranks on `machines` machines.
    package init(counts: [Int], ranks: Int, machines: Int = 1) {
        precondition(
            ranks > 0 && machines > 0 && ranks % machines == 0,
            "Buckets: \(ranks) ranks on \(machines) machines")
        slabs = FlatSlab.line(ofCounts: counts)
        self.ranks = ranks
        self.machines = machines
        length = max(64, 4 * ranks)
    }

    /// How many buckets there are.
    package var count: Int { (slabs.count + length - 1) / length }

    /// Whether there is a bucket of this number.
    func isBucket(_ number: Int) -> Bool { 0 <= number && number < count }

    /// Elements of a full bucket, or of all parameters where they are fewer.
    package var capacity: Int { min(length, slabs.count) * FlatSlab.capacity }

    /// The slabs of a bucket.
    package func bucket(_ bucket: Int) -> ArraySlice<FlatSlab> {
        slabs[bucket * length..<min(slabs.count, (bucket + 1) * length)]
    }

    /// How many ranks a machine has: k.
    package var seats: Int { ranks / machines }

    /// The slabs of a rank in a bucket.
    package func run(of rank: Int, in bucket: Int) -> ArraySlice<FlatSlab> {
        part(rank % seats * machines + rank / seats, of: ranks, in: bucket)
    }

    /// The ranks by their places.
    package var ranksByPlace: [Int] {
        (0..<ranks).map { $0 % machines * seats + $0 / machines }
    }

    /// The slabs that the ranks with seat `seat` have together in a bucket.
    package func seatRun(_ seat: Int, in bucket: Int) -> ArraySlice<FlatSlab> {
        part(seat, of: seats, in: bucket)
    }

    private func part(_ index: Int, of count: Int, in bucket: Int) -> ArraySlice<FlatSlab> {
        let all = self.bucket(bucket)
        let start = all.startIndex
        return slabs[start + all.count * index / count..<start + all.count * (index + 1) / count]
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
