import Streaming
import Testing

@Suite struct ReadingOrderTests {
    let shards = [10, 1, 0, 25, 7]

    /// Shard and sample of the numbers `numbers` of a lane.
    func samples(
        _ numbers: Range<Int>, of shards: [Int], blockSamples: Int = 4, lane: Int = 0,
        lanes: Int = 1, key: String = "a"
    ) -> [[Int]] {
        var order = ReadingOrder(
            shardSamples: shards, blockSamples: blockSamples, lane: lane, lanes: lanes, seed: 1,
            key: key)
        return numbers.map { number in
            let block = order.block(containing: number)
            #expect(block.numbers.contains(number))
            #expect(block.numbers.count == block.samples.count)
            let place = block.order[number - block.numbers.lowerBound]
            return [block.shard, block.samples.lowerBound + place]
        }
    }

    func all(_ shards: [Int]) -> [[Int]] {
        shards.indices.flatMap { shard in (0..<shards[shard]).map { [shard, $0] } }
    }

    @Test(arguments: [1, 3, 4, 100])
    func anEpochReadsEverySampleOnce(blockSamples: Int) {
        for epoch in 0..<4 {
            let read = samples(
                (43 * epoch)..<(43 * (epoch + 1)), of: shards, blockSamples: blockSamples)
            #expect(read.sorted { $0.lexicographicallyPrecedes($1) } == all(shards))
        }
    }

    @Test func epochsAndKeysDifferInTheirOrder() {
        let first = samples(0..<43, of: shards)
        #expect(first == samples(0..<43, of: shards))
        #expect(first != samples(43..<86, of: shards))
        #expect(first != samples(0..<43, of: shards, key: "b"))
    }

    @Test(arguments: [2, 3, 5, 8, 43, 50])
    func lanesShareEveryEpoch(lanes: Int) {
        // In `lanes` epochs every lane reads 43 samples, and each sample is read `lanes` times.
        let read = (0..<lanes).flatMap { lane in
            samples(0..<43, of: shards, lane: lane, lanes: lanes)
        }
        let counts = Dictionary(grouping: read) { $0 }.mapValues(\.count)
        #expect(counts.count == 43)
        #expect(counts.values.allSatisfy { $0 == lanes })
    }

    @Test func twoLanesReadDisjointHalvesOfTheFirstEpoch() {
        let first = samples(0..<21, of: shards, lane: 0, lanes: 2)
        let second = samples(0..<22, of: shards, lane: 1, lanes: 2)
        #expect((first + second).sorted { $0.lexicographicallyPrecedes($1) } == all(shards))
    }

    @Test func oneSampleServesManyLanes() {
        for lane in 0..<5 {
            #expect(samples(0..<3, of: [1], lane: lane, lanes: 5) == [[0, 0], [0, 0], [0, 0]])
        }
    }

    @Test func blocksDoNotDependOnWhatWasAskedBefore() {
        var forward = ReadingOrder(
            shardSamples: shards, blockSamples: 4, lane: 1, lanes: 3, seed: 1, key: "a")
        var backward = forward
        let blocks = (0..<200).map { forward.block(containing: $0) }
        for number in (0..<200).reversed() {
            #expect(backward.block(containing: number) == blocks[number])
        }
    }
}
