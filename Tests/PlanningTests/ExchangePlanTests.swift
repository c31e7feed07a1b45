import Diagnostics
import Foundation
import Formats
import TestSupport
import Testing

import Planning

@Suite("A plan of several ranks")
struct ExchangePlanTests {
    /// A machine that trains `tokensPerSecond` tokens a second in the first stage of `fixture`, and
    /// updates parameters in no time.
    private func calibration(_ tokensPerSecond: Double, of fixture: PlanFixture) throws
        -> Calibration
    {
        let stage = try fixture.plan().stages[0]
        let rate = tokensPerSecond * stage.operations.total / Double(stage.tokens)
        return Calibration(
            processor: "a processor", threads: 2, precision: .bf16,
            encoder: [.init(context: 8192, tokens: 8192, operationsPerSecond: rate)],
            headOperationsPerSecond: rate, parametersPerSecond: 1e15)
    }

    /// Tokens a second of one machine, machines, GB a second of the network; what a step of 4,718,592
    /// tokens computes and exchanges, and how efficient that is.
    struct Case: Sendable {
        let preset: String
        let speed: Double
        let machines: Int
        let network, computing, exchange, percent: Double
    }

    private static let cases = [
        Case("small", 10_000, 4, 1.17, 118, 0.72, 99),
        Case("small", 10_000, 16, 2.9, 29.5, 0.36, 99),
        Case("small", 10_000, 64, 1.17, 7.4, 0.95, 89),
        Case("small", 30_000, 16, 1.17, 9.8, 0.90, 92),
        Case("small", 30_000, 64, 1.17, 2.5, 0.95, 72),
        Case("small", 30_000, 64, 11, 2.5, 0.10, 96),
        Case("base", 4_300, 64, 1.17, 17.1, 2.07, 89),
        Case("base", 13_000, 64, 2.9, 5.7, 0.84, 87),
    ]

    @Test(
        "computes a share of the microbatches and exchanges every parameter twice", arguments: cases
    )
    func times(_ expected: Case) throws {
        let fixture = try PlanFixture(
            PlanFixture.base.replacing("mmbert-base", with: "mmbert-\(expected.preset)")
                .replacing("49_152", with: "24_576") + "lanes: 64\n")
        let plan = try fixture.plan(
            ranks: PlannedRanks(
                expected.machines, machines: expected.machines,
                speed: ExchangeSpeed(bytesPerSecond: expected.network * 1e9, latencySeconds: 0)),
            calibration: calibration(expected.speed, of: fixture))
        let exchange = try #require(plan.stages[0].exchange)
        let full = try #require(exchange.full)
        #expect(full.fullestMicrobatches == Double(192 / expected.machines))
        let computing = try #require(full.computingSeconds)
        #expect(abs(computing / expected.computing - 1) < 0.02)
        #expect(abs(try #require(exchange.exchangeSeconds) - expected.exchange) < 0.006)
        #expect(abs(100 * (try #require(full.efficiency)) - expected.percent) < 1)
    }

    @Test(
        "the fullest rank has what the lanes' turns give it",
        arguments: [(7, 3, 10), (12, 5, 7), (64, 63, 96), (9, 9, 4), (5, 2, 15), (1, 1, 3)])
    func fullest(lanes: Int, ranks: Int, microbatches: Int) throws {
        let fixture = try PlanFixture()
        let size = 1024
        let plan = try fixture.plan(
            "lanes=\(lanes)", "phases.0.tokens=\(40 * microbatches * size)",
            "phases.0.learning_rate.warmup=0",
            "phases.0.batch={tokens: \(microbatches * size), microbatch: \(size)}",
            ranks: PlannedRanks(ranks))
        let full = try #require(plan.stages[0].exchange?.full)
        let steps = min(40, lanes)
        var sum = 0
        for step in 0..<steps {
            var counts = [Int](repeating: 0, count: ranks)
            for number in 0..<microbatches {
                let lane = (step * microbatches + number) % lanes
                let rank = (0..<ranks).first { lane < lanes * ($0 + 1) / ranks } ?? 0
                counts[rank] += 1
            }
            sum += counts.max() ?? 0
        }
        #expect(abs(full.fullestMicrobatches - Double(sum) / Double(steps)) < 1e-9)
        #expect(full.meanMicrobatches == Double(microbatches) / Double(ranks))
        #expect(full.idleRanks == max(0, ranks - microbatches))
    }

    @Test("ranks of a machine share its cores, and its network card where they are equally many")
    func machines() throws {
        let fixture = try PlanFixture(PlanFixture.base + "lanes: 64\n")
        let speed = ExchangeSpeed(bytesPerSecond: 1e9, latencySeconds: 0)
        func exchange(_ ranks: Int, on machines: Int) throws -> ExchangePlan {
            try #require(
                fixture.plan(
                    ranks: PlannedRanks(ranks, machines: machines, speed: speed),
                    calibration: PlanFixture.calibration
                ).stages[0].exchange)
        }
        let alone = try exchange(4, on: 4)
        let several = try exchange(16, on: 4)
        // 4 N · 3 / 4 · (1 + 1) bytes a machine.
        let seconds: Double = 6 * 307_786_240 / 1e9
        #expect(abs(try #require(alone.exchangeSeconds) - seconds) < 1e-9)
        #expect(several.exchangeSeconds == alone.exchangeSeconds)
        let times = try [alone, several].map { try #require($0.full?.computingSeconds) }
        #expect(abs(times[0] / times[1] - 1) < 1e-9)
        #expect(several.memoryOfAMachine == 4 * several.memoryOfARank)
        // 2, 2 and 3 ranks: each sends by itself.
        let uneven = try #require(try exchange(7, on: 3).exchangeSeconds)
        #expect(uneven > 3 * seconds)
        #expect(try exchange(4, on: 1).exchangeSeconds == 0)
    }

    @Test("one rank alone is as one machine; batches that grow leave ranks idle at first")
    func growth() throws {
        let fixture = try PlanFixture(PlanFixture.base + "lanes: 64\n")
        let alone = try fixture.plan(
            ranks: PlannedRanks(1), calibration: PlanFixture.calibration)
        #expect(alone.days == alone.daysOnMachines)
        let many = try fixture.plan(
            ranks: PlannedRanks(64, machines: 64), calibration: PlanFixture.calibration)
        let batches = try #require(many.stages[0].exchange?.batches)
        #expect(batches.map(\.microbatches) == many.stages[0].batches.map(\.microbatches))
        #expect(batches.map(\.idleRanks).prefix(9) == [56, 48, 40, 32, 24, 16, 8, 0, 0])
        #expect(many.stages[0].exchange?.exchangeSeconds == nil)
        let text = many.text
        for part in [
            "Ranks\n", "64 ranks on 64 machines", "not counted", "idle ranks", "pretrain (96)",
        ] {
            #expect(text.contains(part), "lacks \(part)")
        }
        #expect(many.page.contains("<h3>Ranks</h3>"))
        let object = try JSONSerialization.jsonObject(with: JSONFile.encoder.encode(many))
        #expect((object as? NSDictionary)?["ranks"] as? Int == 64)
    }

    @Test("needs a lane for each rank, and says so")
    func lanes() throws {
        let fixture = try PlanFixture()
        let error = #expect(throws: InputError.self) {
            try fixture.plan("lanes=4", ranks: PlannedRanks(5))
        }
        #expect(error?.location == "lanes")
        #expect(error?.found == "4")
    }

    @Test(
        "a speed is read from a measurement, and from nothing else",
        arguments: [
            "", "{", "[]", "{\"bytes_per_second\": 1e9}",
            "{\"bytes_per_second\": 0, \"latency_seconds\": 0}",
            "{\"bytes_per_second\": 1e9, \"latency_seconds\": -1}",
        ])
    func speed(text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "exchange.json")
        #expect(throws: InputError.self) { try ExchangeSpeed(contentsOf: path) }
        try folder.write(
            "{\"bytes_per_second\": 2.5e9, \"latency_seconds\": 2e-5, \"ranks\": 4}",
            to: "exchange.json")
        let speed = try ExchangeSpeed(contentsOf: path)
        #expect(speed == ExchangeSpeed(bytesPerSecond: 2.5e9, latencySeconds: 2e-5))
    }
}

extension ExchangePlanTests.Case {
    fileprivate init(
        _ preset: String, _ speed: Double, _ machines: Int, _ network: Double, _ computing: Double,
        _ exchange: Double, _ percent: Double
    ) {
        self.init(
            preset: preset, speed: speed, machines: machines, network: network,
            computing: computing, exchange: exchange, percent: percent)
    }
}
