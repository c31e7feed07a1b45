import Foundation
import TestSupport
import Testing

@Suite("Weight decay")
struct WeightDecayTests {
    /// The weights after four steps.
    private func weights(_ options: String..., in folder: String) throws -> Data {
        let run = SmallRun(data: try .shared(), folder: folder)
        let ending = try Program.trainer.run(
            run.arguments(["--stop-after", "4steps"] + options))
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let newest = try #require(try run.checkpoints().last)
        return try #require(
            FileManager.default.contents(atPath: "\(newest.folder)/model.safetensors"))
    }

    @Test("of a phase is what the phase trains with, whatever the optimizer's is")
    func ofPhase() throws {
        let folder = try TemporaryFolder()
        let usual = try weights(in: folder.path("usual"))
        let ofRecipe = try weights(
            "--set", "optimizer.weight_decay=0.1", in: folder.path("recipe"))
        let ofPhase = try weights(
            "--set", "phases.0.weight_decay=0.1", in: folder.path("phase"))
        #expect(ofPhase == ofRecipe)
        #expect(ofPhase != usual)
    }
}
