import Benchmarks
import PackedBatches
import Testing

@Suite("The batches of a measured step")
struct StepShapeTests {
    @Test("have full sequences and the share of scored tokens that was asked for")
    func fixedLengths() {
        let shape = StepShape(
            size: .tiny, vocabulary: 300, context: 256, sequences: 16, maskRatio: 0.3)
        let batch = shape.batch(step: 3)
        #expect(batch.cumulativeSequenceLengths == (0...16).map { Int32(256 * $0) })
        // 4,096 draws: a deviation of 29.
        #expect(abs(batch.scoredTokenCount - 1229) < 150)
        #expect(
            zip(batch.tokenIDs, batch.labels).allSatisfy { id, label in
                label == PackedBatch.ignoredLabel ? (5..<300).contains(id) : id == 4
            })
        #expect(batch.labels.allSatisfy { $0 < 300 })
        #expect(shape.batch(step: 3) == batch)
        #expect(shape.batch(step: 4) != batch)
    }

    @Test("vary in length around half the context, in other ways at other steps")
    func varyingLengths() {
        let shape = StepShape(
            size: .tiny, vocabulary: 300, context: 512, sequences: 400, variesLengths: true,
            maskRatio: 0.3)
        let batch = shape.batch(step: 0)
        let lengths = (0..<400).map { batch.rows(ofSequence: $0).count }
        #expect(lengths.allSatisfy { 8...512 ~= $0 })
        let mean = Double(lengths.reduce(0, +)) / 400
        let variance = lengths.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 400
        // A mean of 256 and a deviation of 64, known to a twentieth of it.
        #expect(abs(mean - 256) < 13)
        #expect(abs(variance.squareRoot() - 64) < 10)
        #expect(shape.batch(step: 1).tokenCount != batch.tokenCount)
    }

    @Test("score at least one token, and fit sequences of one token")
    func small() {
        let shape = StepShape(
            size: .tiny, vocabulary: 10, context: 1, sequences: 2, variesLengths: true,
            maskRatio: 1e-9)
        let batch = shape.batch(step: 0)
        #expect(batch.tokenCount == 2)
        #expect(batch.scoredTokenCount == 1)
    }

    @Test("are of the published models")
    func sizes() {
        for (size, parameters) in [
            (StepShape.Size.small, 140_897_536), (.base, 307_786_240),
        ] {
            let shape = StepShape(size: size, context: 512, sequences: 1, maskRatio: 0.3)
            #expect(shape.configuration.parameterCount == parameters)
        }
    }
}
