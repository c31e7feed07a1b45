import Formats
import Foundation
import TestSupport
import Testing

@Suite("A run that is interrupted and resumed ends with the same bytes")
struct InterruptionTests {
    /// How many runs are killed; `MMBERT_KILLS=20` for a thorough look.
    static let kills =
        ProcessInfo.processInfo.environment["MMBERT_KILLS"].flatMap(Int.init) ?? 5

    /// Each process logs a random number of lines and goes some way beyond, then it is killed;
    /// whenever a run gets to its end, it is compared and another one begins.
    @Test("killed at random moments")
    func killed() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        var runs = 1
        var run = SmallRun(data: reference.data, folder: folder.path("run-1"))
        var killed = 0
        var draws = testIndices(40 * Self.kills, below: 12, seed: 11)
        while killed < Self.kills, let lines = draws.popLast(), let delay = draws.popLast() {
            let target = run.loggedLines + Int(lines)
            let program = try run.start()
            while program.isRunning, run.loggedLines < target { usleep(200) }
            usleep(UInt32(delay) * 2000)
            program.send(SIGKILL)
            let ending = program.wait()
            if ending.exitCode == nil {
                killed += 1
                continue
            }
            #expect(ending.exitCode == 0, "\(ending.messages)")
            try run.expectEqual(to: reference)
            runs += 1
            run = SmallRun(data: reference.data, folder: folder.path("run-\(runs)"))
        }
        #expect(killed == Self.kills)
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: reference)
    }

    @Test("saved by the clock, after every step")
    func timed() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        let often = ["checkpoint.minutes=1e-6", "checkpoint.every=1M"].flatMap { ["--set", $0] }
        let program = try Program.trainer.start(run.arguments(often))
        while program.isRunning, run.loggedLines < 6 { usleep(500) }
        program.send(SIGKILL)
        _ = program.wait()
        // The first evaluation, and steps 2 and 4 at least.
        #expect(try #require(run.checkpoints().last).record.number >= 4)
        #expect(try Program.trainer.run(run.arguments(often)).exitCode == 0)
        try run.expectEqual(to: reference)
    }

    @Test("stopped by a signal after saving", arguments: [SIGTERM, SIGINT])
    func stopped(signal: Int32) throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        for moment in ["pretrain, step 0", "end of pretrain", "end of decay-large"] {
            let program = try run.start()
            program.waitFor(moment)
            program.send(signal)
            let ending = program.wait()
            #expect(ending.exitCode == 128 + signal, "\(ending.messages)")
            #expect(ending.messages.contains("Saved. The same command resumes from here"))
            #expect(try !Folder.exists(run.path("model")))
        }
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: reference)
    }

    @Test("where variants begin from the initial weights")
    func variantsFirst() throws {
        let folder = try TemporaryFolder()
        let phases = try #require(SmallData.text.range(of: "phases:\n"))
        let decay = try #require(SmallData.text.range(of: "  - name: decay"))
        let recipe = SmallData.text.replacingCharacters(
            in: phases.upperBound..<decay.lowerBound, with: "")
        let data = try SmallData.shared().linked(into: folder.path, recipe: recipe)
        let reference = SmallRun(data: data, folder: folder.path("reference"))
        #expect(try reference.train().exitCode == 0)
        #expect(try reference.checkpoints().first?.name == "initial-000000000")

        let run = SmallRun(data: data, folder: folder.path("run"))
        let first = try run.start()
        first.waitFor("step 0")
        while first.isRunning, try !Folder.exists(run.path("checkpoints/latest")) { usleep(500) }
        first.send(SIGKILL)
        _ = first.wait()
        #expect(try run.train("--stop-after", "8steps").exitCode == 0)
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: reference)
    }

    @Test("ended early by --stop-after", arguments: ["7steps", "30k"])
    func stopAfter(limit: String) throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("run"))
        for _ in 1...3 {
            let ending = try run.train("--stop-after", limit)
            #expect(ending.exitCode == 0, "\(ending.messages)")
            #expect(ending.output == "")
            #expect(try !Folder.exists(run.path("model")))
        }
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: reference)
    }
}
