import Formats
import Foundation
import TestSupport
import Testing

@Suite("Training with products by tiles, emulated")
struct TileTrainingTests {
    private let folder: TemporaryFolder
    private let data: SmallData

    init() throws {
        folder = try TemporaryFolder()
        let recipe = """
            name: tiles
            seed: 3
            model: {vocabulary: 640, hidden: 64, intermediate: 96, layers: 4, heads: 2,
              max_positions: 64, local_attention: 32}
            tokenizer: tokenizer
            log: {every_steps: 1}
            evaluate: {tokens_per_language: 256}
            phases:
              - name: pretrain
                tokens: 204_800
                context: 64
                mask: {ratio: 0.3}
                data: {manifest: shards/manifest.yaml, temperature: 0.7}
                learning_rate: {peak: 1.3e-3, warmup: 10k}
                batch: {tokens: 1_024, microbatch: 1_024}

            """
        data = try SmallData.shared().linked(into: folder.path, recipe: recipe)
    }

    private func train(
        _ name: String, tiles: String, threads: Int, steps: Int, precision: String = "bf16"
    ) throws -> (run: String, messages: String) {
        let run = folder.path(name)
        let ending = try Program.trainer.run(
            behind: "unset OPENBLAS_CORETYPE; export MMBERT_TILES=\(tiles)",
            [
                "--recipe", data.recipe, "--run", run, "--set", "precision=\(precision)",
                "--threads", "\(threads)", "--stop-after", "\(steps)steps",
            ])
        try #require(ending.exitCode == 0, "\(ending.messages)")
        return (run, ending.messages)
    }

    private func losses(_ run: String) throws -> [Double] {
        let lines = try String(contentsOfFile: Folder.join(run, "metrics.jsonl"), encoding: .utf8)
        return try lines.split(separator: "\n").compactMap { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["type"] as? String == "step" ? object?["loss"] as? Double : nil
        }
    }

    @Test("follows fp32 within half a percent for 190 steps")
    func followsFP32() throws {
        let exact = try losses(
            train("exact", tiles: "off", threads: 2, steps: 190, precision: "fp32").run)
        let (run, messages) = try train("tiles", tiles: "emulated", threads: 2, steps: 190)
        #expect(messages.contains("matrix products by tiles, emulated"))
        #expect(messages.contains("warning: MMBERT_TILES=emulated"))
        let rounded = try losses(run)
        #expect(exact.count == 190 && rounded.count == 190 && exact != rounded)
        for (step, (exact, rounded)) in zip(exact, rounded).enumerated() {
            #expect(abs(rounded / exact - 1) < 0.005, "step \(step + 1): \(rounded), \(exact)")
        }
    }

    @Test("has the same losses for any number of threads, and says so where it is resumed without")
    func sameBits() throws {
        let one = try train("one", tiles: "emulated", threads: 1, steps: 12)
        let three = try train("three", tiles: "emulated", threads: 3, steps: 12)
        #expect(try losses(one.run) == losses(three.run))
        let resumed = try train("one", tiles: "off", threads: 1, steps: 13)
        #expect(resumed.messages.contains("its last bits may differ"), "\(resumed.messages)")
        let again = try train("three", tiles: "emulated", threads: 1, steps: 13)
        #expect(!again.messages.contains("its last bits may differ"), "\(again.messages)")
    }

    @Test("is refused where MMBERT_TILES is none of its values")
    func unknownValue() throws {
        let ending = try Program.mmbert.run(
            behind: "export MMBERT_TILES=yes", ["bench", "kernels", "--seconds", "0.01"])
        #expect(ending.exitCode == 2)
        #expect(ending.messages.contains("MMBERT_TILES: expected off, on, emulated, found yes"))
    }

    @Test("is told where there are no tiles", .disabled(if: hasTiles, "this machine has tiles"))
    func withoutTiles() throws {
        let (_, messages) = try train("none", tiles: "on", threads: 1, steps: 1)
        #expect(messages.contains("warning: MMBERT_TILES=on"), "\(messages)")
    }

    private static var hasTiles: Bool {
        let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        return text?.contains("amx_bf16") ?? false
    }
}
