import Curriculum
import Encoders
import Foundation
import Formats
import Recipes
import Testing

import Planning

@Suite("A plan of mmBERT base")
struct PlanTests {
    @Test("has the published parameters and tokens")
    func published() throws {
        let plan = try PlanFixture().plan()
        #expect(plan.model.encoderParameters == 306_939_648)
        #expect(plan.model.parameters == 307_786_240)
        #expect(plan.model.globalLayers == 8)
        #expect(
            plan.stages.map(\.name) == ["pretrain", "midtrain", "decay-continued", "decay-all"])
        #expect(
            plan.stages.map(\.tokens)
                == [2_300_000_000_000, 600_000_000_000, 100_000_000_000, 100_000_000_000])
        #expect(plan.stages.map(\.startTokens).suffix(2) == [2_900_000_000_000, 2_900_000_000_000])
        #expect(plan.stages.map(\.parent) == [nil, "pretrain", "midtrain", "midtrain"])
    }

    @Test("switches batches where the reference does")
    func batchWarmup() throws {
        let warmup = try PlanFixture().plan().stages[0].batches.dropLast()
        #expect(warmup.map(\.batchTokens) == (1...11).map { 393_216 * $0 })
        // Rounded as the facts have them, in billions.
        let published = [
            0.91, 2.73, 5.45, 9.09, 13.64, 19.09, 25.45, 32.73, 40.91, 50, 60,
        ]
        #expect(warmup.map { (Double($0.toTokens) / 1e7).rounded() / 100 } == published)
        // About as many steps of every size.
        #expect(Set(warmup.map(\.steps)) == [2312])
    }

    @Test("counts operations as the arithmetic of the parameters has them")
    func operations() throws {
        let plan = try PlanFixture().plan()
        let stage = plan.stages[0]
        let perToken = stage.operations * (1 / Double(stage.tokens))
        let (hidden, vocabulary) = (768.0, 256_000.0)
        let head = 6 * 0.3 * (hidden * vocabulary + hidden * hidden)
        #expect(abs(perToken.head / head - 1) < 1e-12)
        // All matrices of 22 layers, without what only scored tokens pass in the last one.
        let (square, gated) = (hidden * hidden, 3 * hidden * 1152)
        let body: Double = 22 * (4 * square + gated) - 0.7 * (square + gated)
        #expect(abs(perToken.body / (6 * body) - 1) < 1e-12)
        // Sequences of 500 tokens: 8 layers see all, 14 at most 64 to either side.
        let localKeys: Double = 129 - 64 * 65 / 500
        let keys: Double = 8 * 500 + 14 * localKeys
        #expect(abs(perToken.attention / (12 * hidden * keys) - 1) < 1e-12)
    }

    @Test("marks languages that are capped or starved")
    func languages() throws {
        let plan = try PlanFixture().plan()
        #expect(plan.stages[0].languages.map(\.language) == ["eng_Latn", "rus_Cyrl", "deu_Latn"])
        #expect(plan.stages[1].cappedLanguages == ["fao_Latn"])
        #expect(plan.stages[1].starvedLanguages == [])
        #expect(plan.stages[3].cappedLanguages == ["fao_Latn", "pcm_Latn"])
        #expect(plan.stages[3].starvedLanguages == ["pcm_Latn"])
        for stage in plan.stages {
            let share = stage.languages.reduce(0) { $0 + $1.share }
            #expect(abs(share - 1) < 1e-9)
        }
    }

    @Test("takes days by the machine's rates, and fewer on more machines")
    func cost() throws {
        let fixture = try PlanFixture()
        let alone = try fixture.plan(calibration: PlanFixture.calibration)
        let many = try fixture.plan(machines: 96, calibration: PlanFixture.calibration)
        let crowd = try fixture.plan(machines: 10_000, calibration: PlanFixture.calibration)
        let stage = alone.stages[1]
        let perToken = stage.operations * (1 / Double(stage.tokens))
        let microbatch: Double = 49_152 * perToken.total / 4e11
        let update: Double = 307_786_240 / 5e8
        let seconds = Double(stage.steps) * (96 * microbatch + update)
        let days = try #require(stage.cost?.days)
        #expect(abs(days * 86_400 / seconds - 1) < 1e-12)
        #expect(stage.cost?.days == stage.cost?.daysOnMachines)
        #expect(many.days == alone.days)
        // No machine gets less than a microbatch of a step.
        let fewer = try #require(many.daysOnMachines)
        let most = try #require(alone.days)
        #expect(fewer < most / 60)
        #expect(many.stages[1].cost?.daysOnMachines == crowd.stages[1].cost?.daysOnMachines)
    }

    @Test("is one JSON object with all numbers")
    func json() throws {
        let plan = try PlanFixture().plan(machines: 4, calibration: PlanFixture.calibration)
        let data = try JSONFile.encoder.encode(plan)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
        #expect((object["model"] as? NSDictionary)?["parameters"] as? Int == 307_786_240)
        #expect(object["tokens"] as? Int == 3_100_000_000_000)
        let stages = try #require(object["stages"] as? [NSDictionary])
        #expect(stages.count == 4)
        let operations = try #require(stages[0]["operations"] as? [String: Double])
        #expect(Set(operations.keys) == ["body", "attention", "head", "total"])
        #expect((stages[0]["batches"] as? [Any])?.count == 12)
    }

    @Test("is text with the exact numbers")
    func text() throws {
        let text = try PlanFixture().plan().text
        for part in [
            "306,939,648 parameters, 307,786,240 with the head", "2.3T", "600B", "100B",
            "909,090,909", "8e-4 ↘ 1.6e-5 one-minus-sqrt", "capped in decay-all: fao_Latn pcm_Latn",
        ] {
            #expect(text.contains(part), "lacks \(part)")
        }
        #expect(!text.contains("Time\n"))
    }
}
