import Foundation
import Recipes
import Testing

import Planning

@Suite("Plans of the recipes in the repository")
struct PublishedPlanTests {
    private func plan(_ name: String) throws -> Plan {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("recipes/\(name).yaml").path
        return try Plan(try Recipe.read(path, needsData: false))
    }

    @Test("mmBERT base has the published parameters, tokens and batches, to the digit")
    func base() throws {
        let plan = try plan("mmbert-base")
        #expect(plan.model.encoderParameters == 306_939_648)
        #expect(plan.model.parameters == 307_786_240)
        #expect(
            plan.stages.map(\.name) == [
                "pretrain", "midtrain", "decay-english", "decay-continued", "decay-all-languages",
            ])
        let decay = 100_000_000_000
        #expect(
            plan.stages.map(\.tokens) == [2_300_000_000_000, 600_000_000_000, decay, decay, decay])
        #expect(plan.stages.map(\.context) == [1024, 8192, 8192, 8192, 8192])
        #expect(plan.stages.map(\.temperature) == [0.7, 0.5, 0.3, 0.3, 0.3])
        #expect(plan.stages.map(\.meanMaskRatio) == [0.3, 0.15, 0.05, 0.05, 0.05])
        #expect(plan.stages.map(\.languages.count) == [62, 111, 111, 111, 1892])
        let warmup = plan.stages[0].batches.dropLast()
        #expect(warmup.map(\.batchTokens) == (1...11).map { 393_216 * $0 })
        #expect(warmup.map(\.toTokens) == Self.switches(over: 60_000_000_000))
        #expect(
            warmup.map(\.toTokens) == [
                909_090_909, 2_727_272_727, 5_454_545_455, 9_090_909_091, 13_636_363_636,
                19_090_909_091, 25_454_545_455, 32_727_272_727, 40_909_090_909, 50_000_000_000,
                60_000_000_000,
            ])
        #expect(plan.stages.map(\.fullBatchTokens).allSatisfy { $0 == 4_718_592 })
        // ≈ 487k, 127k and 21k steps, as published, and those that small batches add.
        #expect(
            plan.stages.map(\.steps) == [plan.stages[0].steps, 127_157, 21_193, 21_193, 21_193])
        let last = try #require(plan.stages[2].timeline.last)
        #expect(abs(last.learningRate - 1.6e-5) < 1e-18)
    }

    @Test("mmBERT small switches batches at 100B, and ends at the same rate")
    func small() throws {
        let plan = try plan("mmbert-small")
        #expect(plan.model.encoderParameters == 140_493_696)
        #expect(plan.model.parameters == 140_897_536)
        let warmup = plan.stages[0].batches.dropLast()
        #expect(warmup.map(\.toTokens) == Self.switches(over: 100_000_000_000))
        let last = try #require(plan.stages[4].timeline.last)
        #expect(abs(last.learningRate - 1.6e-5) < 1e-18)
    }

    /// Each size lasts in proportion to itself: `tokens` · k (k + 1) / (11 · 12), rounded.
    private static func switches(over tokens: Int) -> [Int] {
        (1...11).map { (2 * tokens * $0 * ($0 + 1) + 132) / 264 }
    }

    @Test("A page shows every stage, and holds nothing that is fetched or run")
    func page() throws {
        let page = try plan("mmbert-base").page
        for part in ["decay-all-languages", "307,786,240", "1.6e-5", "909,090,909"] {
            #expect(page.contains(part), "lacks \(part)")
        }
        #expect(page.count { $0 == "<" } == page.count { $0 == ">" })
        for part in ["http:", "https:", "<script", "url(", "@import", "src="] {
            #expect(!page.contains(part), "\(part)")
        }
        // Six schedules over three phases, and three charts.
        #expect(page.ranges(of: "<svg").count == 21)
        #expect(page.utf8.count < 400_000)
    }

    @Test("Names from recipes are text in a page, not markup")
    func escaping() throws {
        let fixture = try PlanFixture(
            PlanFixture.base.replacing("name: all,", with: "name: a.l-l,"))
        let page = try fixture.plan(calibration: PlanFixture.calibration).page
        #expect(page.contains("decay-a.l-l"))
        #expect(page.contains("tokens a second"))
    }
}
