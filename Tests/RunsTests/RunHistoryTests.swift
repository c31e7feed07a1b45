import Runs
import TestSupport
import Testing

@Suite("A run's history")
struct RunHistoryTests {
    private let lines = [
        #"{"type":"evaluation","stage":"a","step":0,"tokens":0,"is_stage_end":false,"mean_loss":9,"#
            + #""losses":{"deu_Latn":8,"fra_Latn":10}}"#,
        #"{"type":"step","stage":"a","step":1,"tokens":100,"stage_tokens":100,"loss":7.5,"#
            + #""learning_rate":0.001,"gradient_norm":1,"tokens_per_second":50,"new":[1,{"x":2}]}"#,
        #"{"type":"step","stage":"a","step":2,"tokens":200,"stage_tokens":200,"loss":7,"#
            + #""learning_rate":0.001,"gradient_norm":1,"tokens_per_second":50,"time":1.5}"#,
        #"{"type":"stage","stage":"a","steps":2,"tokens":200,"#
            + #""tokens_by_language":{"deu_Latn":200}}"#,
        #"{"type":"step","stage":"b","step":3,"tokens":250,"stage_tokens":50,"loss":6,"#
            + #""learning_rate":0.001,"gradient_norm":1,"tokens_per_second":50}"#,
    ]

    @Test("is what metrics.jsonl says, of this version and older ones")
    func records() {
        let history = RunHistory(Array((lines.joined(separator: "\n") + "\n").utf8))
        #expect(history.stages.map(\.name) == ["a", "b"])
        #expect(history.steps(of: "a").map(\.loss) == [7.5, 7])
        #expect(history.steps(of: "a").map(\.time) == [nil, 1.5])
        #expect(history.steps(of: "b").map(\.stageTokens) == [50])
        #expect(history.evaluations.map(\.meanLoss) == [9])
        #expect(history.evaluations.first?.losses == ["deu_Latn": 8, "fra_Latn": 10])
        #expect(history.evaluations.first?.mean(of: ["fra_Latn", "xxx"]) == 10)
        #expect(history.readings.map(\.tokensByLanguage) == [["deu_Latn": 200]])
        #expect(history.unreadableLines == 0)
    }

    @Test("lacks a last line that is half written, and counts others that cannot be read")
    func halfLines() {
        let whole = lines.joined(separator: "\n") + "\n"
        let half = RunHistory(Array((whole + lines[1].prefix(60)).utf8))
        #expect(half.steps(of: "a").count == 2 && half.unreadableLines == 0)
        for damage in ["{\"type\":\"step\",", "\u{0}\u{0}", "[]", "{\"loss\":1e999}"] {
            let history = RunHistory(Array((damage + "\n" + whole).utf8))
            #expect(history.unreadableLines == 1, "\(damage)")
            #expect(history.steps(of: "a").count == 2)
        }
    }

    @Test("is empty where nothing was logged yet")
    func absent() throws {
        let folder = try TemporaryFolder()
        #expect(try RunHistory(path: folder.path("metrics.jsonl")).stages.isEmpty)
    }
}
