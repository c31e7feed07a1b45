import Formats
import Foundation
import TestSupport
import Testing

@Suite("Run folders and checkpoints that cannot be used end a run with exit code 2")
struct RunFolderTests {
    @Test("where nothing can be written", arguments: ["below-a-file", "below-proc"])
    func unwritable(place: String) throws {
        let folder = try TemporaryFolder()
        let data = try SmallData.shared()
        let path =
            place == "below-proc" ? "/proc/mmbert" : try folder.write("text", to: "file") + "/run"
        let ending = try SmallRun(data: data, folder: path).train()
        expectMistake(ending, [path, "expected a folder that can be created"])
        #expect(!ending.messages.contains("step 0"))
    }

    @Test("where another process trains")
    func secondProcess() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let first = try run.start()
        first.waitFor("step 0")
        expectMistake(
            try run.train(),
            [
                run.folder, "a run folder that no other process uses",
                "another one at work in it", "--run",
            ])
        first.send(SIGTERM)
        #expect(first.wait().exitCode == 143)
    }

    @Test("where a run exists and --resume never is given")
    func never() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let names = try run.checkpoints().map(\.name)
        expectMistake(
            try run.train("--resume", "never"),
            [run.path("checkpoints"), "--resume never", "found \(try #require(names.last))"])
        #expect(try run.checkpoints().map(\.name) == names)
    }

    @Test("where the recipe has changed since the checkpoint")
    func changedRecipe() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let recipe = try String(contentsOfFile: run.path("recipe.yaml"), encoding: .utf8)
        expectMistake(
            try run.train("--set", "phases.1.tokens=30k"),
            [
                "phases.1.tokens: expected 20k, as in \(run.path("checkpoints"))", "found 30k",
                "Undo the change to go on", "--run",
            ])
        #expect(try String(contentsOfFile: run.path("recipe.yaml"), encoding: .utf8) == recipe)
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: .reference())
    }

    @Test("where the checkpoint of --resume is none, or damaged")
    func resumePath() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let nowhere = run.path("checkpoints/nothing")
        expectMistake(try run.train("--resume", nowhere), [nowhere, "no such file"])
        let newest = try #require(try run.checkpoints().last).folder
        try flipByte(of: newest + "/model.safetensors")
        expectMistake(
            try run.train("--resume", newest),
            [newest + "/model.safetensors", "expected xxh64", "continue from another one"])
    }

    @Test("A damaged checkpoint is passed over, with a warning, for the one before")
    func damagedCheckpoint() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let checkpoints = try run.checkpoints()
        try #require(checkpoints.count >= 2)
        let newest = checkpoints[checkpoints.count - 1]
        try flipByte(of: newest.folder + "/trainer/optimizer.safetensors")
        let ending = try run.train()
        #expect(ending.exitCode == 0)
        #expect(ending.messages.contains("warning: skipped a checkpoint: \(newest.folder)"))
        #expect(
            ending.messages.contains(
                "resumes from checkpoint \(checkpoints[checkpoints.count - 2].name)"))
        try run.expectEqual(to: .reference())
    }

    @Test("where every checkpoint is damaged")
    func noIntactCheckpoint() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let checkpoints = try run.checkpoints()
        for checkpoint in checkpoints { try flipByte(of: checkpoint.folder + "/config.json") }
        let metrics = try run.metrics()
        expectMistake(
            try run.train(),
            [run.path("checkpoints") + ": expected a checkpoint that is intact", "begin anew"])
        #expect(try run.checkpoints() == checkpoints)
        #expect(try run.metrics() == metrics)
    }

    @Test("A damaged checkpoint from which a variant begins is told before it is trained on")
    func damagedParent() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try run.start()
        program.waitFor("end of decay-large")
        program.send(SIGTERM)
        #expect(program.wait().exitCode == 143)
        let parent = try #require(
            try run.checkpoints().first { $0.name.hasPrefix("midtrain") && $0.record.isProtected })
        try flipByte(of: parent.folder + "/model.safetensors")
        expectMistake(
            try run.train(), [parent.folder + "/model.safetensors", "expected xxh64", "found"])
    }

    @Test("A run goes back to the checkpoint that --resume names, in its own folder or another")
    func goesBack() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("copy"))
        try FileManager.default.copyItem(atPath: reference.folder, toPath: run.folder)
        let middle = try #require(
            try run.checkpoints().first { $0.name.hasPrefix("decay-large") }
        ).folder
        // Stopped at once, so that what comes next must find the right place by itself.
        #expect(try run.train("--resume", middle, "--stop-after", "1steps").exitCode == 0)
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: reference)

        let other = SmallRun(data: reference.data, folder: folder.path("other"))
        let killed = try other.start("--resume", middle)
        killed.waitFor("resumes from")
        killed.send(SIGKILL)
        _ = killed.wait()
        #expect(try other.train().exitCode == 0)
        try other.expectEqual(to: reference)
    }
}

/// Flips a bit in the middle of a file.
private func flipByte(of path: String) throws {
    var bytes = try #require(FileManager.default.contents(atPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: path))
}
