import Benchmarks
import Formats
import Foundation
import Planning
import Ranks
import TestSupport
import Testing

@Suite("The measurement of the exchange")
struct ExchangeBenchmarkTests {
    private static func report(_ machines: [String]) throws -> ExchangeReport {
        let reports = try withThreadRanks(machines.count, machines: machines) { ranks in
            var repetitions: [Int] = []
            let report = try ExchangeBenchmark(
                counts: [100_000, 7, 50_000], ranks: ranks, threads: 1, repetitions: 3
            ).run { repetitions.append($0) }
            #expect(repetitions == (ranks.isFirst ? [0, 1, 2, 3] : []))
            #expect((report != nil) == ranks.isFirst)
            return report
        }
        return try #require(reports[0])
    }

    @Test("takes time for everything", arguments: ["aa", "ab", "aabb", "aab"])
    func times(places: String) throws {
        let report = try Self.report(places.map { "node\($0)" })
        for spread in [
            report.copy, report.moving, report.exchange, report.gather, report.rollCall,
            report.message,
        ] {
            #expect(0 < spread.best && spread.best <= spread.median && spread.median < 60)
        }
        #expect(report.ranks == places.count && report.machines == Set(places).count)
        #expect(report.parameters == 150_007 && report.repetitions == 3)
        #expect(report.engine == "threads" && report.threads == 1)
        #expect(report.latencySeconds == report.message.median)
        #expect(report.bytesPerSecond > 0)
    }

    @Test("counts what goes to others, and what leaves a machine")
    func traffic() throws {
        let bytes = 4 * 150_007
        // A slab more or less: runs are whole slabs.
        func expect(_ found: Int, _ expected: Int) {
            #expect(abs(found - expected) <= 8 * 16_384, "\(found), \(expected)")
        }
        let two = try Self.report(["a", "b"])
        expect(two.gradientBytes, bytes / 2)
        expect(two.weightBytes, bytes / 2)
        // One sends the other's run of the gradients and its own of the weights.
        #expect(two.bytesSent == bytes)
        let alone = try Self.report(["a", "a"])
        #expect(alone.bytesSent == two.bytesSent && alone.ranksOfAMachine == 2)
        // By two levels a machine of two sends as much as one of one.
        let four = try Self.report(["a", "a", "b", "b"])
        expect(four.bytesSent, bytes)
    }

    @Test("is read as the speed of a plan")
    func isRead() throws {
        let report = try Self.report(["a", "b"])
        let folder = try TemporaryFolder()
        let path = Folder.join(folder.path, "exchange.json")
        try JSONFile.encoder.encode(report).write(to: URL(filePath: path))
        let speed = try ExchangeSpeed(contentsOf: path)
        #expect(abs(speed.bytesPerSecond / report.bytesPerSecond - 1) < 1e-9)
        #expect(abs(speed.latencySeconds / report.latencySeconds - 1) < 1e-9)
    }
}
