import Ranks
import TestSupport
import Testing

@Suite("The tree over lanes")
struct SumTreeTests {
    private func values(_ lanes: Int) -> [Float] {
        // Of very different sizes, so that another order of sums gives other bits.
        testNumbers(lanes, seed: UInt64(lanes)).enumerated().map { index, value in
            value * [1, 1e-4, 1e4, 30][index % 4]
        }
    }

    private func sum(_ isPresent: [Bool]) -> Float? {
        let values = values(isPresent.count)
        return SumTree.fold(
            SumTree.root(of: isPresent.count), isPresent: isPresent, leaf: { values[$0] }, add: +)
    }

    /// The sum as ranks make it that hold these blocks of lanes.
    private func sum(_ blocks: [Range<Int>], _ isPresent: [Bool]) -> Float? {
        let values = values(isPresent.count)
        var parts: [(node: SumTree.Node, value: Float)] = []
        for block in blocks {
            for node in SumTree.parts(tiling: block, of: isPresent.count) {
                let value = SumTree.fold(
                    node, isPresent: isPresent, leaf: { values[$0] }, add: +)
                if let value { parts.append((node, value)) }
            }
        }
        let (additions, results) = SumTree.additions(
            of: parts.map(\.node), making: [SumTree.root(of: isPresent.count)],
            lanes: isPresent.count)
        for (into, from) in additions { parts[into].value += parts[from].value }
        #expect(results == (parts.isEmpty ? [] : [0]))
        return parts.first?.value
    }

    private func absences(_ lanes: Int) -> [[Bool]] {
        let all = [Bool](repeating: true, count: lanes)
        let random = (0..<6).map { draw in
            testNumbers(lanes, seed: UInt64(100 * draw + lanes)).map { $0 > Float(draw - 3) / 4 }
        }
        return [all] + random.filter { $0.contains(true) }
    }

    @Test("blocks of 1 to 16 lanes on 1 to 16 ranks give the bits of one block", arguments: 1...16)
    func blocks(lanes: Int) {
        for ranks in 1...16 {
            let blocks = (0..<ranks).map { SumTree.lanes(of: $0, among: ranks, lanes: lanes) }
            #expect(blocks.flatMap { Array($0) } == Array(0..<lanes))
            for isPresent in absences(lanes) {
                #expect(sum(blocks, isPresent) == sum(isPresent), "\(ranks) ranks, \(isPresent)")
            }
        }
    }

    @Test("lanes that are dealt in any blocks give the bits of one block")
    func randomBlocks() {
        for trial in 0..<10_000 {
            let lanes = 1 + trial % 37
            let isCut = testNumbers(lanes, seed: UInt64(trial)).map { $0 > 0.2 }
            var blocks: [Range<Int>] = []
            var start = 0
            for lane in 1...lanes where lane == lanes || isCut[lane] {
                blocks.append(start..<lane)
                start = lane
            }
            let isPresent = testNumbers(lanes, seed: UInt64(trial + 1_000_000)).map { $0 > -0.5 }
            #expect(sum(blocks, isPresent) == sum(isPresent), "\(blocks), \(isPresent)")
        }
    }

    @Test("the bits are those of the definition, level by level", arguments: 1...33)
    func definition(lanes: Int) {
        for isPresent in absences(lanes) {
            var level = zip(values(lanes), isPresent).map { $1 ? $0 : nil }
            while level.count > 1 {
                level = stride(from: 0, to: level.count, by: 2).map { index in
                    let right = index + 1 < level.count ? level[index + 1] : nil
                    guard let left = level[index] else { return right }
                    return right.map { left + $0 } ?? left
                }
            }
            #expect(sum(isPresent) == level[0])
        }
    }

    @Test("a block that is a power of two, and a run by itself, is one part")
    func fewParts() {
        for (lanes, ranks) in [(64, 64), (64, 16), (12, 1), (7, 1), (8, 2)] {
            for rank in 0..<ranks {
                let block = SumTree.lanes(of: rank, among: ranks, lanes: lanes)
                #expect(SumTree.parts(tiling: block, of: lanes).count == 1)
            }
        }
        let halves = [0..<6, 6..<12].map { block in
            SumTree.parts(tiling: block, of: 12).map { $0.lanes(of: 12) }
        }
        #expect(halves == [[0..<4, 4..<6], [6..<8, 8..<12]])
    }

    @Test("without any lane there is no sum")
    func nothing() {
        #expect(sum([false, false, false]) == nil)
        #expect(sum([0..<3], [false, false, false]) == nil)
    }
}
