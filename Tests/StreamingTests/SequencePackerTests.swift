import Foundation
import Randomness
import Streaming
import Testing

@Suite struct SequencePackerTests {
    let generator = CounterGenerator(seed: 4, purpose: "lengths")

    func sequence(_ number: Int, length: Int) -> StreamedSequence {
        StreamedSequence(
            source: 0, number: number,
            tokenIDs: Array(repeating: 9, count: length - 1) + [Int32(number % 50)])
    }

    @Test func theLongestThatFitsFillsWhatTheOldestLeave() {
        var packer = SequencePacker(capacity: 10, context: 10)
        for (number, length) in [6, 5, 2, 3, 4, 1].enumerated() {
            packer.append(sequence(number, length: length))
        }
        #expect(packer.takeMicrobatch().map(\.number) == [0, 4])
        #expect(packer.takeMicrobatch().map(\.number) == [1, 2, 3])
        #expect(packer.takeMicrobatch().map(\.number) == [5])
        #expect(packer.takeMicrobatch().isEmpty)
    }

    @Test func everySequenceLeavesOnceAndWhole() {
        var packer = SequencePacker(capacity: 1000, context: 300)
        var left: [StreamedSequence] = []
        var came: [StreamedSequence] = []
        for _ in 0..<200 {
            while packer.wantsMore {
                let length = 1 + Int(generator.integer(below: 300, at: UInt64(came.count)))
                came.append(sequence(came.count, length: length))
                packer.append(came[came.count - 1])
            }
            let microbatch = packer.takeMicrobatch()
            #expect(microbatch.reduce(0) { $0 + $1.tokenIDs.count } <= 1000)
            left += microbatch
        }
        left += packer.waiting
        #expect(left.sorted { $0.number < $1.number } == came)
    }

    @Test func aLongSequenceIsCutAndKeepsItsLastID() {
        var packer = SequencePacker(capacity: 8, context: 4)
        packer.append(
            StreamedSequence(source: 0, number: 0, tokenIDs: [2, 10, 11, 12, 13, 1]))
        #expect(packer.takeMicrobatch().map(\.tokenIDs) == [[2, 10, 11, 1]])
    }

    @Test func noSequenceWaitsPastItsTurn() {
        var packer = SequencePacker(capacity: 100, context: 100)
        packer.append(sequence(0, length: 50))
        packer.append(sequence(1, length: 100))
        for number in 2..<40 {
            packer.append(sequence(number, length: 50))
        }
        #expect(packer.takeMicrobatch().map(\.number) == [0, 2])
        #expect(packer.takeMicrobatch().map(\.number) == [1])
    }

    /// Chunks as `mmbert data build` makes them: documents of log-normal length, cut at the
    /// context, each tail a chunk of its own.
    @Test(arguments: [(1024, 4096), (1024, 16384), (8192, 8192), (8192, 16384), (8192, 49152)])
    func microbatchesAreAtLeast98PercentFull(context: Int, capacity: Int) {
        var packer = SequencePacker(capacity: capacity, context: context)
        var number = 0
        var document = 0
        var rest = 0
        var tokens = 0
        let microbatches = 400
        for _ in 0..<microbatches {
            while packer.wantsMore {
                if rest < 32 {
                    let normal = generator.normals(at: UInt64(document), stream: 9).0
                    rest = max(32, Int(600 * exp(1.1 * normal)))
                    document += 1
                }
                let length = min(rest, context)
                packer.append(sequence(number, length: length))
                rest -= length
                number += 1
            }
            tokens += packer.takeMicrobatch().reduce(0) { $0 + $1.tokenIDs.count }
        }
        #expect(Double(tokens) / Double(microbatches * capacity) > 0.98)
    }
}
