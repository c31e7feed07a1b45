import Formats
import Foundation
import TestSupport
import Testing

@Suite("A run that is asked to stop saves, however it is asked and whoever reads its messages")
struct SignalTests {
    /// Goes on with `run` and expects what a run has that was never stopped.
    private func expectResumes(_ run: SmallRun, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        #expect(try !run.checkpoints().isEmpty, sourceLocation: sourceLocation)
        let ending = try run.train()
        #expect(ending.exitCode == 0, "\(ending.messages)", sourceLocation: sourceLocation)
        try run.expectEqual(to: .reference(), sourceLocation: sourceLocation)
    }

    @Test(
        "by signals of terminals and batch systems",
        arguments: [
            (SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"), (SIGXCPU, "SIGXCPU"),
        ])
    func otherSignals(signal: Int32, name: String) throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try run.start()
        program.waitFor("step 0")
        program.send(signal)
        let ending = program.wait()
        #expect(ending.exitCode == 128 + signal, "\(ending.messages)")
        #expect(ending.messages.contains("Stopped by \(name). Saved. The same command resumes"))
        try #require(run.checkpoints().last).verify()
    }

    /// Kernels of matrix libraries use memory below their stack, where a handler's would lie.
    @Test("on a thread that does nothing else, and on none that computes")
    func thread() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try run.start()
        program.waitFor("step 0")
        let threads = "/proc/\(program.identifier)/task"
        var open = 0
        for thread in try Folder.contents(of: threads) {
            let status = "\(threads)/\(thread)/status"
            // One that ended meanwhile is gone.
            guard let text = try? String(contentsOfFile: status, encoding: .utf8) else { continue }
            var fields: [Substring: Substring] = [:]
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: "\t", maxSplits: 1)
                if parts.count == 2 { fields[parts[0]] = parts[1] }
            }
            let blocked = try #require(UInt64(fields["SigBlk:"] ?? "", radix: 16))
            let isMain = thread == "\(program.identifier)"
            for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] where isMain {
                #expect(blocked & (1 << UInt64(signal - 1)) != 0, "\(signal)")
            }
            if blocked & (1 << UInt64(SIGTERM - 1)) == 0 { open += 1 }
        }
        program.send(SIGTERM)
        #expect(program.wait().exitCode == 128 + SIGTERM)
        #expect(open > 0)
    }

    /// Signals come while the run starts, evaluates, trains and saves.
    @Test("several times in a row", arguments: ["", "lock", "metrics.jsonl", "checkpoints/latest"])
    func severalSignals(file: String) throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let signals = [SIGTERM, SIGTERM, SIGINT, SIGHUP, SIGUSR1]
        for start in 1...2 {
            let program = try run.start()
            // Before it says so the program is not there yet, and a signal ends it as any other.
            if file.isEmpty || start == 2 { program.waitFor("parameters") }
            while program.isRunning, try !Folder.exists(run.path(file)) { usleep(200) }
            for signal in signals { program.send(signal) }
            let ending = program.wait()
            #expect(
                signals.contains { ending.exitCode == 128 + $0 },
                "\(ending.exitCode ?? -1) \(ending.messages)")
            #expect(!ending.messages.contains("Fatal"))
        }
        try expectResumes(run)
    }

    @Test("by a signal that its starter ignores: then it goes on")
    func ignored() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try Program.trainer.start(behind: "trap '' HUP", run.arguments([]))
        program.waitFor("step 0")
        program.send(SIGHUP)
        let ending = program.wait()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        try run.expectEqual(to: .reference())
    }

    /// `head` ends after the first line, as `tee` does at the Ctrl-C that the run gets too.
    @Test("by a terminal, of which the reader of its messages dies first")
    func deadReader() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let shell = ["-c", "\"$0\" \"$@\" 2>&1 >/dev/null | head -n 1", Program.trainer.path]
        let ending = try RunningProgram("/bin/sh", shell + run.arguments([]), in: nil).wait()
        #expect(ending.output.contains("small"), "\(ending.output)")
        try run.expectEqual(to: .reference())
    }

    @Test(
        "with nobody to read messages",
        arguments: ["exec 2>&-", "exec <&- 2>&-", "exec <&- >&- 2>&-", "exec 2>/dev/full"])
    func noMessages(preamble: String) throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try Program.trainer.start(behind: preamble, run.arguments([]))
        while program.isRunning, run.loggedLines < 4 { usleep(1000) }
        program.send(SIGINT)
        #expect(program.wait().exitCode == 130)
        try #require(run.checkpoints().last).verify()
        let recipe = try String(contentsOfFile: run.path("recipe.yaml"), encoding: .utf8)
        #expect(recipe.hasPrefix("name: small"), "a message went into a file")
    }

    @Test("A rehearsal has nothing to save, and ends at the first signal")
    func rehearsal() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try run.start("--dry-run")
        program.waitFor("recipe: ")
        program.send(SIGINT)
        let ending = program.wait()
        // A signal ends it, unless it is at its end already.
        #expect(ending.exitCode == nil || ending.exitCode == 0, "\(ending.messages)")
        #expect(try !Folder.exists(run.folder))
    }
}
