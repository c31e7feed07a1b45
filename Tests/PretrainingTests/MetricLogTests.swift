import Formats
import Foundation
import Pretraining
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
}
