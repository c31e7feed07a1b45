import Formats
import Foundation
import TestSupport
import Testing

@Suite("mmbert-train under mpirun", .enabled(if: !Launcher.installed.isEmpty, Launcher.absence))
struct RankedProgramTests {
    /// How many times a rank is killed; `MMBERT_KILLS=20` for a thorough look.
    static let kills =
        ProcessInfo.processInfo.environment["MMBERT_KILLS"].flatMap(Int.init) ?? 4

    @Test("ends with the bytes of one process", arguments: Launcher.installed)
    func sameBytes(launcher: Launcher) throws {
        let reference = try RankedRun.reference()
        for count in [2, launcher.name == "MPICH" ? 3 : 4] {
            let run = try RankedRun(folder: TemporaryFolder())
            let ending = try run.start(count, launcher).wait()
            #expect(ending.exitCode == 0, "\(ending.messages)")
            #expect(ending.messages.contains("\(count) ranks on 1 machine by \(launcher.name)"))
            try run.run.expectEqual(to: reference.run)
        }
    }

    @Test("a rank that is killed ends the others, and any number of ranks goes on")
    func killed() throws {
        let reference = try RankedRun.reference()
        let run = try RankedRun(folder: TemporaryFolder())
        var draws = testIndices(100 * Self.kills, below: 12, seed: 17)
        var killed = 0
        while killed < Self.kills, let lines = draws.popLast(), let place = draws.popLast() {
            let launcher = Launcher.installed[killed % Launcher.installed.count]
            let count = [2, 4, 3][killed % 3]
            let target = run.run.loggedLines + 1 + Int(lines)
            let program = try run.start(count, launcher, "--set", "checkpoint.minutes=1e-6")
            while program.isRunning, run.run.loggedLines < target { usleep(500) }
            let ranks = run.processes()
            guard program.isRunning, ranks.count == count else {
                // It came to its end: nothing is left to kill.
                #expect(program.wait().exitCode == 0)
                break
            }
            kill(ranks[Int(place) % count], SIGKILL)
            let moment = ContinuousClock.now
            let ending = program.wait(patience: 60)
            #expect(ending.exitCode != 0)
            #expect(ContinuousClock.now - moment < .seconds(10), "\(ending.messages)")
            #expect(run.processes().isEmpty, "ranks that stayed")
            killed += 1
        }
        let ending = try run.start(2, Launcher.installed[0]).wait()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        try run.run.expectEqual(to: reference.run)
    }

    @Test("a signal to mpirun, or to any rank, saves", arguments: Launcher.installed)
    func signalled(launcher: Launcher) throws {
        let reference = try RankedRun.reference()
        let run = try RankedRun(folder: TemporaryFolder())
        for isToLauncher in [true, false] {
            let program = try run.start(3, launcher)
            let target = run.run.loggedLines + 3
            while program.isRunning, run.run.loggedLines < target { usleep(500) }
            if isToLauncher {
                program.send(SIGUSR1)
            } else {
                run.processes().last.map { _ = kill($0, SIGUSR1) }
            }
            let ending = program.wait()
            #expect(ending.messages.contains("Stopped by SIGUSR1. Saved."), "\(ending.messages)")
            #expect(ending.exitCode == 138, "\(ending.messages)")
        }
        #expect(try run.start(2, launcher).wait().exitCode == 0)
        try run.run.expectEqual(to: reference.run)
    }

    @Test("a rank that does not answer is named, and ends the run", arguments: Launcher.installed)
    func stopped(launcher: Launcher) throws {
        let run = try RankedRun(folder: TemporaryFolder())
        let program = try run.start(3, launcher, "--patience", "8s")
        while program.isRunning, run.run.loggedLines < 2 { usleep(500) }
        let ranks = run.processes()
        let frozen = try #require(ranks.last)
        kill(frozen, SIGSTOP)
        let ending = program.wait(patience: 60)
        kill(frozen, SIGKILL)
        #expect(ending.exitCode != 0)
        #expect(ending.messages.contains("rank 2 ("), "\(ending.messages)")
    }

    @Test("mistakes are told before anything is computed")
    func mistakes() throws {
        let run = try RankedRun(folder: TemporaryFolder())
        let launcher = Launcher.installed[0]
        var ending = try run.start(3, launcher, environment: "MMBERT_MPI=/nowhere.so").wait()
        #expect(ending.exitCode == 2, "\(ending.messages)")
        #expect(ending.messages.contains("make mpi"), "\(ending.messages)")
        ending = try run.start(5, launcher).wait()
        #expect(ending.exitCode == 2, "\(ending.messages)")
        #expect(
            ending.messages.contains("expected at least as many lanes as ranks, 5, found 4"),
            "\(ending.messages)")
        if Launcher.installed.count > 1 {
            let other = try Launcher.installed[1].adapter()
            ending = try run.start(2, launcher, environment: "MMBERT_MPI=\(other)").wait()
            #expect(ending.exitCode == 2, "\(ending.messages)")
            #expect(ending.messages.contains("expected 2 ranks"), "\(ending.messages)")
        }
        #expect(try !Folder.exists(run.run.path("checkpoints")))
    }
}

extension RankedRun {
    /// Starts the run, or goes on, under a launcher, one thread for each rank.
    func start(
        _ count: Int, _ launcher: Launcher, _ options: String..., environment: String...
    ) throws -> RunningProgram {
        try launcher.start(
            count, .trainer,
            ["--recipe", run.data.recipe, "--run", run.folder, "--threads", "1"] + options,
            environment: environment)
    }

    /// The processes of the ranks, those of lower ranks first.
    func processes() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
            else { return false }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first == Program.trainer.path && words.contains(run.folder)
        }.sorted()
    }
}
