import Formats
import Foundation
import Runs
import TestSupport
import Testing

@Suite("metrics.jsonl")
struct MetricLogTests {
    private func evaluation(_ step: Int) -> EvaluationRecord {
        EvaluationRecord(
            stage: "pretrain", step: step, tokens: 100 * step, isStageEnd: step == 3,
            losses: ["eng_Latn": 0.1 * Double(step), "deu_Latn": 1 / 3])
    }

    @Test("holds one object a line, with keys in order and in snake case")
    func lines() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let log = try MetricLog(path: path, keepingBytes: 0)
        try log.append(
            EvaluationRecord(
                stage: "merge", step: 4, tokens: 8, isStageEnd: true,
                losses: ["eng_Latn": 2, "deu_Latn": 3]))
        #expect(
            try String(contentsOfFile: path, encoding: .utf8) == """
                {"is_stage_end":true,"losses":{"deu_Latn":3,"eng_Latn":2},"mean_loss":2.5,\
                "stage":"merge","step":4,"tokens":8,"type":"evaluation"}

                """)
    }

    @Test("gives back the evaluations that were appended, and no other lines")
    func evaluations() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let log = try MetricLog(path: path, keepingBytes: 0)
        try log.append(evaluation(1))
        try log.append(["type": "step"])
        try log.append(evaluation(2))
        #expect(try MetricLog.evaluations(in: path) == [evaluation(1), evaluation(2)])
    }

    @Test("is cut back to the length that a checkpoint remembers, and continues from there")
    func cutting() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let log = try MetricLog(path: path, keepingBytes: 0)
        try log.append(evaluation(1))
        let length = try log.synchronize()
        try log.append(evaluation(2))
        #expect(try log.synchronize() > length)

        let resumed = try MetricLog(path: path, keepingBytes: length)
        #expect(try resumed.synchronize() == length)
        try resumed.append(evaluation(3))
        #expect(try MetricLog.evaluations(in: path) == [evaluation(1), evaluation(3)])
    }

    @Test("of a run that begins anew is empty; a file that is shorter stays as it is")
    func limits() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        try MetricLog(path: path, keepingBytes: 0).append(evaluation(1))
        let length = try MetricLog(path: path, keepingBytes: 1 << 40).synchronize()
        #expect(length > 0)
        #expect(try MetricLog(path: path, keepingBytes: 0).synchronize() == 0)
    }

    @Test("has the same mean whatever the order of a dictionary")
    func mean() {
        let losses = Dictionary(
            uniqueKeysWithValues: testNumbers(257, seed: 3).enumerated().map {
                ("language-\($0)", Double($1) * 1e3)
            })
        var other: [String: Double] = [:]
        other.reserveCapacity(4096)
        for (language, loss) in losses.sorted(by: { $0.key > $1.key }) { other[language] = loss }
        func mean(_ losses: [String: Double]) -> Double {
            EvaluationRecord(stage: "", step: 0, tokens: 0, isStageEnd: false, losses: losses)
                .meanLoss
        }
        #expect(mean(losses) == mean(other))
    }

    /// A file of evaluations 1, 2 and 3, and its length.
    private func written(_ path: String) throws -> Int {
        let log = try MetricLog(path: path, keepingBytes: 0)
        for step in 1...3 { try log.append(evaluation(step)) }
        return try log.synchronize()
    }

    @Test("Half a line at the end is dropped, and told", arguments: [1, 20])
    func halfLine(cut: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let length = try written(path)
        try AtomicFile.write(try FileContents.read(path).dropLast(cut), to: path)
        let log = try MetricLog(path: path, keepingBytes: length)
        let repair = try #require(log.repair)
        #expect(repair.contains("half a line at its end was dropped"), "\(repair)")
        #expect(repair.contains("\(cut) byte"), "\(repair)")
        try log.append(evaluation(4))
        #expect(try MetricLog.evaluations(in: path) == [1, 2, 4].map(evaluation))
    }

    @Test("A length inside a line, of a file that others changed, is the same")
    func lengthInsideLine() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let log = try MetricLog(path: path, keepingBytes: try written(path) - 5)
        #expect(log.repair?.contains("half a line") == true)
        #expect(try MetricLog.evaluations(in: path) == [1, 2].map(evaluation))
    }

    @Test(
        "Lines that are no records are dropped, and told",
        arguments: [
            [UInt8](repeating: 0, count: 40), [0xff, 0xfe], Array("{\"type\":\"step\"".utf8), [],
            Array("{\"type\":\"evaluation\",\"stage\":\"x\",\"step\":1}".utf8), Array("7".utf8),
        ])
    func damagedLine(line: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let length = try written(path)
        let damaged = line + [0x0a]
        try AtomicFile.write(damaged + (try FileContents.read(path)), to: path)
        let log = try MetricLog(path: path, keepingBytes: length + damaged.count)
        #expect(log.repair?.contains("1 line that cannot be read: dropped") == true)
        #expect(try log.synchronize() == length)
        #expect(try MetricLog.evaluations(in: path) == [1, 2, 3].map(evaluation))
    }

    @Test("A file that is lost begins again, and that is told")
    func lost() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let log = try MetricLog(path: path, keepingBytes: 300)
        #expect(log.repair?.contains("300 bytes of it are lost") == true)
        #expect(try log.synchronize() == 0)
        #expect(try MetricLog(path: path, keepingBytes: 0).repair == nil)
    }

    /// After a repair the lengths in older checkpoints are those of a longer file.
    @Test("Records of steps behind the checkpoint are dropped, whatever its length says")
    func later() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let log = try MetricLog(path: path, keepingBytes: try written(path)) {
            ($0.step ?? 0) > 2 || $0.stage != "pretrain"
        }
        #expect(log.repair?.contains("1 record of steps behind the checkpoint: dropped") == true)
        #expect(try MetricLog.evaluations(in: path) == [1, 2].map(evaluation))
    }

    @Test("A whole file is left alone")
    func whole() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("metrics.jsonl")
        let length = try written(path)
        #expect(try MetricLog(path: path, keepingBytes: length) { _ in false }.repair == nil)
        #expect(try MetricLog.evaluations(in: path) == [1, 2, 3].map(evaluation))
    }
}
