import Testing
import Training

@Suite("Lanes in blocks on ranks")
struct LaneSharesTests {
    @Test("cover every lane once, in their order, and differ by one at most", arguments: 1...17)
    func blocks(lanes: Int) {
        for ranks in 1...lanes {
            let shares = LaneShares(lanes: lanes, ranks: ranks)
            let blocks = shares.blocks
            #expect(blocks.flatMap { Array($0) } == Array(0..<lanes))
            let counts = blocks.map(\.count)
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test("are tiled by whole nodes of the tree, and by no fewer", arguments: 1...17)
    func parts(lanes: Int) {
        // Node (k, j), as far as there are lanes.
        let nodes = Set(
            (0...5).flatMap { level in
                stride(from: 0, to: lanes, by: 1 << level).map {
                    $0..<min($0 + 1 << level, lanes)
                }
            })
        for first in 0..<lanes {
            for end in first + 1...lanes {
                var next = first
                for part in LaneShares(lanes: lanes, ranks: 1).parts(of: first..<end) {
                    #expect(nodes.contains(next..<next + part))
                    let larger = nodes.contains {
                        $0.lowerBound == next && $0.upperBound <= end && $0.count > part
                    }
                    #expect(!larger, "\(first)..<\(end): \(part) at \(next)")
                    next += part
                }
                #expect(next == end)
            }
        }
    }

    @Test("hold 1 + log₂ of their lanes in gradients, and send one, if a power of two each")
    func gradients() {
        for (lanes, ranks, held) in [(1, 1, 1), (64, 64, 1), (64, 16, 3), (64, 1, 7), (4, 2, 2)] {
            let shares = LaneShares(lanes: lanes, ranks: ranks)
            #expect(shares.gradientsOfARank == held)
            #expect(shares.blocks.allSatisfy { shares.parts(of: $0).count == 1 })
        }
        // [0, 4) and [4, 6): the first part waits while the second is made.
        #expect(LaneShares(lanes: 12, ranks: 2).parts(of: 0..<6) == [4, 2])
        #expect(LaneShares(lanes: 12, ranks: 2).gradientsOfARank == 4)
        #expect(LaneShares(lanes: 7, ranks: 1).gradientsOfARank == 4)
    }
}
