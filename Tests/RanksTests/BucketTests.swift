import Ranks
import TensorCore
import Testing

@Suite("Buckets")
struct BucketTests {
    private let counts = [
        384, 40_000 * 384, 0, 1, 16_384, 16_385, 1152 * 384, 384, 98_304, 300 * 16_384 + 5,
    ]

    @Test("slabs tile every parameter, in order")
    func slabs() {
        var filled = counts.map { _ in 0 }
        var place = 0
        for slab in FlatSlab.line(ofCounts: counts) {
            #expect(slab.start == filled[slab.matrix] && slab.place == place)
            #expect(
                slab.count == min(FlatSlab.capacity, counts[slab.matrix] - slab.start))
            filled[slab.matrix] += slab.count
            place += slab.count
        }
        #expect(filled == counts)
    }

    @Test(
        "runs of all ranks tile the buckets, and shares all slabs",
        arguments: [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 64, 100, 255, 512, 599, 600])
    func tiles(ranks: Int) {
        for counts in [counts, [5], [], [16_384 * 64], [16_384 * 64 + 1]] {
            let buckets = Buckets(counts: counts, ranks: ranks)
            var next = 0
            for bucket in 0..<buckets.count {
                #expect(buckets.bucket(bucket).startIndex == next)
                for rank in 0..<ranks {
                    let run = buckets.run(of: rank, in: bucket)
                    #expect(run.startIndex == next)
                    next = run.endIndex
                }
                #expect(buckets.bucket(bucket).endIndex == next)
                #expect(buckets.bucket(bucket).elementCount <= buckets.capacity)
            }
            #expect(next == buckets.slabs.count)
            let shares = (0..<ranks).map { buckets.shareStarts(of: $0).last ?? 0 }
            #expect(shares.reduce(0, +) == counts.reduce(0, +))
            #expect(
                (0..<ranks).reduce(0) { $0 + buckets.slabCount(of: $1) } == buckets.slabs.count)
        }
    }

    @Test("the runs of a seat on all machines tile the seat's run, and seats the bucket")
    func seats() {
        for (machines, seats) in [(2, 2), (2, 3), (3, 2), (5, 7), (64, 8), (1, 4), (4, 1)] {
            let buckets = Buckets(
                counts: counts, ranks: machines * seats, machines: machines)
            #expect(buckets.ranksByPlace.sorted() == Array(0..<buckets.ranks))
            for bucket in 0..<buckets.count {
                let runs = buckets.ranksByPlace.map { buckets.run(of: $0, in: bucket).indices }
                #expect(runs.flatMap { Array($0) } == Array(buckets.bucket(bucket).indices))
                for seat in 0..<seats {
                    let own = (0..<machines).flatMap {
                        Array(buckets.run(of: $0 * seats + seat, in: bucket).indices)
                    }
                    #expect(own == Array(buckets.seatRun(seat, in: bucket).indices))
                }
            }
        }
    }

    @Test("a full bucket gives every rank at least four slabs, and has 64 for up to 16 ranks")
    func lengths() {
        for ranks in 1...600 {
            let buckets = Buckets(counts: [16_384 * 2400], ranks: ranks)
            #expect(buckets.length == (ranks <= 16 ? 64 : 4 * ranks))
            let fewest = (0..<ranks).map { buckets.run(of: $0, in: 0).count }.min()
            #expect((fewest ?? 0) >= 4)
        }
    }
}
