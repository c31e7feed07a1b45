import Foundation
import Recipes
import TestSupport
import Testing

@Suite("Rates of a run")
struct ScheduleTests {
    private struct Record: Decodable { let rates: [Double] }

    /// See Fixtures/Heads/make_heads.py.
    @Test("are those of transformers' linear schedule with warm-up")
    func linear() throws {
        let record = try JSONDecoder().decode(
            Record.self, from: Data(Fixtures.bytes("Heads/models/tokens-5-trained.json")))
        for warmup in ["2", "6%"] {
            let schedule = try FinetuneRecipe(
                settings: [
                    "name=run", "task=text", "model=model", "data.train=train.tsv",
                    "learning_rate.peak=2e-3", "learning_rate.warmup=\(warmup)",
                ]
            ).learningRate
            #expect(schedule.warmupSteps(of: 20) == 2)
            let rates = (0..<20).map { schedule.rate(at: $0, of: 20) }
            #expect(mismatch(rates, record.rates, relative: 1e-14, absolute: 1e-18) == nil)
        }
    }
}
