import Randomness

/// In which order a lane reads the samples of one source: a function, with nothing to remember.
///
/// Every epoch puts the shards in another random order. The lane reads its part of the samples
/// laid out in that order, in blocks: neighbouring samples of a shard, which cost one pass over
/// it, in a random order that again differs by epoch. The parts of the lanes tile every epoch and
/// change places from epoch to epoch, so that even a source with fewer samples than lanes reaches
/// all of them.
package struct ReadingOrder: Sendable {
    /// Neighbouring samples of one shard that are read together.
    package struct Block: Equatable {
        /// Places of the block in all that the lane reads of the source.
        package var numbers: Range<Int>
        /// Index of the shard.
        package var shard: Int
        /// The samples of the shard.
        package var samples: Range<Int>
        /// Which sample each place takes, as an offset in `samples`.
        package var order: [Int]
    }

    /// A run of samples of one shard inside the lane's part of an epoch.
    private struct Segment {
        var shard: Int
        var samples: Range<Int>
        /// Samples of the lane's part before this run.
        var offset: Int
    }

    private let shardSamples: [Int]
    private let samples: Int
    private let blockSamples: Int
    private let lane: Int
    private let lanes: Int
    private let shardOrder: CounterGenerator
    private let blockOrder: CounterGenerator

    /// The segments of the epoch asked for last.
    private var epoch = -1
    private var segments: [Segment] = []

    /// The order of one source.
    ///
    /// - Parameters:
    ///   - shardSamples: samples in each shard, at least one in all.
    ///   - blockSamples: most samples in a block.
    ///   - lane: whose part is read, of `lanes`.
    ///   - seed: the run's seed.
    ///   - key: what tells this source and phase from others.
    package init(
        shardSamples: [Int], blockSamples: Int, lane: Int, lanes: Int, seed: UInt64, key: String
    ) {
        samples = shardSamples.reduce(0, +)
        precondition(
            samples > 0 && blockSamples > 0,
            "ReadingOrder: \(samples) samples in blocks of \(blockSamples)")
        precondition(0 <= lane && lane < lanes, "ReadingOrder: lane \(lane) of \(lanes)")
        self.shardSamples = shardSamples
        self.blockSamples = blockSamples
        self.lane = lane
        self.lanes = lanes
        shardOrder = CounterGenerator(seed: seed, purpose: "shard order/\(key)")
        blockOrder = CounterGenerator(seed: seed, purpose: "block order/\(key)")
    }

    /// The block in which the lane's sample `number` lies; samples are numbered over all epochs.
    package mutating func block(containing number: Int) -> Block {
        let (epoch, position) = place(of: number)
        if epoch != self.epoch {
            segments = makeSegments(ofEpoch: epoch)
            self.epoch = epoch
        }
        let segment = segments[indexOfSegment(at: position)]
        let start = (position - segment.offset) / blockSamples * blockSamples
        let count = min(blockSamples, segment.samples.count - start)
        let first = segment.samples.lowerBound + start
        let firstNumber = number - (position - segment.offset - start)
        let firstPosition = part(inEpoch: epoch).lowerBound + segment.offset + start
        return Block(
            numbers: firstNumber..<(firstNumber + count), shard: segment.shard,
            samples: first..<(first + count),
            order: blockOrder.permutation(
                of: count, stream: UInt64(epoch) << 40 ^ UInt64(firstPosition)))
    }

    /// The shards that the lane reads from its sample `number` on, in their order, each once: at
    /// most `count`, and no further than the next epoch goes.
    package mutating func upcomingShards(from number: Int, count: Int) -> [Int] {
        let first = block(containing: number)
        let position = place(of: number).position
        let rest = segments[indexOfSegment(at: position)...].map(\.shard)
        var seen: Set<Int> = [first.shard]
        var shards = [first.shard]
        for shard in rest where shards.count < count && seen.insert(shard).inserted {
            shards.append(shard)
        }
        guard shards.count < count else { return shards }
        for segment in makeSegments(ofEpoch: epoch + 1)
        where shards.count < count && seen.insert(segment.shard).inserted {
            shards.append(segment.shard)
        }
        return shards
    }

    /// Epoch of the lane's sample `number`, and its place in the lane's part of it.
    private func place(of number: Int) -> (epoch: Int, position: Int) {
        // In as many epochs as there are lanes a lane reads as many samples as the source has.
        var epoch = number / samples * lanes
        var position = number % samples
        while position >= part(inEpoch: epoch).count {
            position -= part(inEpoch: epoch).count
            epoch += 1
        }
        return (epoch, position)
    }

    /// The lane's part of an epoch's samples, laid out in the epoch's order of shards.
    private func part(inEpoch epoch: Int) -> Range<Int> {
        let turn = (lane + epoch) % lanes
        return (samples * turn / lanes)..<(samples * (turn + 1) / lanes)
    }

    private func makeSegments(ofEpoch epoch: Int) -> [Segment] {
        let part = part(inEpoch: epoch)
        var segments: [Segment] = []
        var start = 0
        for shard in shardOrder.permutation(of: shardSamples.count, stream: UInt64(epoch)) {
            let common = part.clamped(to: start..<(start + shardSamples[shard]))
            if !common.isEmpty {
                segments.append(
                    Segment(
                        shard: shard,
                        samples: (common.lowerBound - start)..<(common.upperBound - start),
                        offset: common.lowerBound - part.lowerBound))
            }
            start += shardSamples[shard]
        }
        return segments
    }

    /// The last segment that starts at or before `position` (binary search).
    private func indexOfSegment(at position: Int) -> Int {
        var low = 0
        var high = segments.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if segments[middle].offset <= position {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }
}
