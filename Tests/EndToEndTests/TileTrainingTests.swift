import Foundation
import TestSupport
import Testing

@Suite("Training with products by tiles, emulated")
struct TileTrainingTests {
    private let folder: TemporaryFolder
    private let data: SmallData

    init() throws {
        folder = try TemporaryFolder()
        data = try SmallData.shared().linked(
            into: folder.path, recipe: PrecisionTests.recipe(640))
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

    @Test("follows fp32 within half a percent for 200 steps")
    func followsFP32() throws {
        let exact = try PrecisionTests.losses(
            ofRun: train("exact", tiles: "off", threads: 2, steps: 200, precision: "fp32").run)
        let (run, messages) = try train("tiles", tiles: "emulated", threads: 2, steps: 200)
        #expect(messages.contains("matrix products by tiles, emulated"))
        #expect(messages.contains("warning: MMBERT_TILES=emulated"))
        let rounded = try PrecisionTests.losses(ofRun: run)
        #expect(exact.count == 200 && rounded.count == 200 && exact != rounded)
        for (step, (exact, rounded)) in zip(exact, rounded).enumerated() {
            #expect(abs(rounded / exact - 1) < 0.005, "step \(step + 1): \(rounded), \(exact)")
        }
    }

    @Test("has the same losses for any number of threads, and says so where it is resumed without")
    func sameBits() throws {
        let one = try train("one", tiles: "emulated", threads: 1, steps: 12)
        let three = try train("three", tiles: "emulated", threads: 3, steps: 12)
        #expect(
            try PrecisionTests.losses(ofRun: one.run)
                == PrecisionTests.losses(ofRun: three.run))
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
