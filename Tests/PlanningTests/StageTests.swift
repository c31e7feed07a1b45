import Curriculum
import Encoders
import Recipes
import Testing

import Planning

@Suite("Steps and schedules of a stage")
struct StageTests {
    /// The steps that a trainer takes whose microbatches are full.
    private func steps(_ stage: Stage) -> [Int: Int] {
        var (clock, steps) = (0, [Int: Int]())
        while clock < stage.phase.tokens {
            let request = stage.settings(at: clock).batch
            let microbatch = stage.phase.batch.microbatchTokens
            clock += request.microbatchCount(of: microbatch) * microbatch
            steps[request.tokens, default: 0] += 1
        }
        return steps
    }

    @Test(
        "The steps of every batch size are those that training takes",
        arguments: [
            "{tokens: 4_718_592, from: 393_216, warmup: 600M, microbatch: 49_152}",
            "{tokens: 1M, from: 100k, increment: 77_777, warmup: 1B, microbatch: 30_000}",
            "{tokens: 1M, from: 600k, warmup: 1_000, microbatch: 8_192}",
            "{tokens: 100k, microbatch: 99_999}",
        ])
    func batches(batch: String) throws {
        let recipe = try PlanFixture().recipe(
            "phases.0.tokens=2B", "phases.0.learning_rate.warmup=0", "phases.0.batch=\(batch)")
        let stage = recipe.stages()[0]
        let planned = stage.batchSegments
        #expect(
            Dictionary(planned.map { ($0.batchTokens, $0.steps) }, uniquingKeysWith: +)
                == steps(stage))
        #expect(planned.last?.toTokens == 2_000_000_000)
    }

    @Test("The timeline has both sides of every switch, and the schedules' values")
    func timeline() throws {
        let stage = try PlanFixture().recipe(
            "phases.0.mask={from: 0.3, to: 0.1, shape: steps, steps: 3}"
        ).stages()[0]
        let points = stage.timeline(entries: [0, 0, 5])
        for point in points {
            let settings = stage.settings(at: point.tokens)
            #expect(point.learningRate == settings.learningRate)
            #expect(point.maskRatio == settings.batch.maskRatio)
            #expect(point.batchTokens == settings.batch.tokens)
        }
        let tokens = points.map(\.tokens)
        #expect(tokens == tokens.sorted() && tokens.first == 0 && tokens.last == stage.phase.tokens)
        #expect(tokens.contains(909_090_908) && tokens.contains(909_090_909))
        #expect(Set(points.map(\.maskRatio)).count == 3)
        #expect(points.first?.languages == 2 && points.last?.languages == 3)
        #expect(abs(stage.meanMaskRatio - 0.2) < 1e-4)
    }

    @Test("A mean of keys is that of counting them")
    func keys() {
        for length in [1, 2, 8, 9, 10, 17, 40] {
            let counted = (0..<length).reduce(0) { sum, query in
                sum + (0..<length).count { abs($0 - query) <= 8 }
            }
            let mean = ModernBERTConfiguration.visibleKeys(length: Double(length), window: 8)
            #expect(abs(mean * Double(length) - Double(counted)) < 1e-9)
        }
    }
}
