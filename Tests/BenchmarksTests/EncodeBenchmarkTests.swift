import Benchmarks
import Encoders
import TensorCore
import Testing

@Suite("The measurement of encoders")
struct EncodeBenchmarkTests {
    @Test("takes lengths that are fixed, or vary around 256")
    func lengths() throws {
        #expect(TextLengths("128") == .fixed(128) && TextLengths("variable") == .variable)
        for text in ["0", "-1", "x", "", "1e3"] { #expect(TextLengths(text) == nil) }
        #expect(TextLengths.fixed(100).lengths(tokens: 250) == [100, 100, 100])
        #expect(TextLengths.fixed(100).lengths(tokens: 1) == [100])
        let lengths = TextLengths.variable.lengths(tokens: 100_000)
        #expect(lengths.allSatisfy { 16...512 ~= $0 })
        let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
        let variance = lengths.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        // 390 draws of deviation 64.
        #expect(abs(mean - 256) < 13)
        #expect(abs((variance / Double(lengths.count)).squareRoot() - 64) < 10)
    }

    @Test("knows the published shapes")
    func shapes() {
        // As transformers counts them, without pooler and head.
        let counts = [
            "mmbert-base": 307_786_240 - 768 * 768 - 768 - 256_000,
            "mmbert-small": 140_897_536 - 384 * 384 - 384 - 256_000,
            "xlm-r-base": 277_453_056, "minilm": 117_505_920,
        ]
        for shape in PublishedShape.allCases {
            let count = shape.configuration.encoderParameterShapes.reduce(0) { $0 + $1.count }
            #expect(count == counts[shape.rawValue], "\(shape)")
        }
    }

    @Test("gives each encoder every kind of length it takes")
    func report() {
        let models: [any LanguageModel] = [
            PostNormLanguageModel(
                configuration: PostNormConfiguration(
                    .xlmRoBERTa, vocabularySize: 400, hiddenSize: 16, intermediateSize: 24,
                    layerCount: 1, headCount: 2)),
            MaskedLanguageModel(
                configuration: ModernBERTConfiguration(
                    vocabularySize: 400, hiddenSize: 16, intermediateSize: 24, layerCount: 1,
                    headCount: 2), seed: 1),
        ]
        var benchmark = EncodeBenchmark(
            zip(["old", "new"], models).map {
                MeasuredEncoder($1, name: $0, precision: .fp32, threads: 1)
            }, precision: .fp32, threads: 1)
        (benchmark.tokens, benchmark.repetitions) = (1000, 3)
        let report = benchmark.run([.fixed(64), .fixed(600), .variable]) { _ in }
        let names = report.lengths.map { $0.encoders.map(\.name) }
        #expect(names == [["old", "new"], ["new"], ["old", "new"]])
        #expect(report.lengths[0].texts == 16 && report.lengths[0].tokens == 1024)
        for row in report.lengths.flatMap(\.encoders) {
            #expect(row.textsPerSecond.least <= row.textsPerSecond.median)
            #expect(row.textsPerSecond.median <= row.textsPerSecond.most)
            #expect(row.tokensPerSecond.least > 0)
        }
        #expect(report.lengths[0].encoders[0].ratio?.median == 1)
        // The first takes no texts so long, and nothing is compared with another in its place.
        #expect(report.lengths[1].encoders[0].ratio?.median == nil)
    }
}
