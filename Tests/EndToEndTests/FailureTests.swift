import Formats
import Foundation
import TestSupport
import Testing

@Suite("What goes wrong in the middle of a run loses nothing that was complete")
struct FailureTests {
    /// With a learning rate of 1e30 the next gradients overflow, with 1e38 what is
    /// computed of the weights does.
    @Test(
        "A loss or gradient that is not a number ends the run, and the last good checkpoint stays",
        arguments: [("1e30", "the norm of the gradients became"), ("1e38", "the loss became")])
    func notANumber(learningRate: String, message: String) throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let ending = try run.train("--set", "phases.1.learning_rate.peak=\(learningRate)")
        #expect(ending.exitCode == 1, "\(ending.messages)")
        let last = try #require(try run.checkpoints().last)
        #expect(last.name.hasPrefix("pretrain-"))
        try last.verify()
        for part in [
            "error: \(message) NaN in stage midtrain, step 28 ", "microbatch",
            "Checkpoint \(last.name) is kept", "a lower peak learning rate",
        ] {
            #expect(ending.messages.contains(part), "lacks \(part): \(ending.messages)")
        }
        #expect(try !Folder.exists(run.path("model")))
    }

    /// A limit on the size of files stands for a full disk: a write fails in the same place.
    @Test("A save for which the disk has no room ends with exit code 2; then the run goes on")
    func noRoom() throws {
        let folder = try TemporaryFolder()
        let run = try SmallRun.paused(copiedInto: folder.path("run"))
        let before = try run.checkpoints()
        let ending = try Program.trainer.run(
            behind: "trap '' XFSZ; ulimit -f 600", run.arguments([]))
        expectMistake(
            ending, [run.path("checkpoints"), "expected room", "Free disk space and run again"])
        #expect(try run.checkpoints() == before)
        for checkpoint in before { try checkpoint.verify() }
        #expect(try run.train().exitCode == 0)
        try run.expectEqual(to: .reference())
    }

    @Test(
        "A disk that is really full does the same",
        .enabled(if: canMount, "this user may not mount a file system of memory"))
    func fullDisk() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let run = SmallRun(data: reference.data, folder: folder.path("disk/run"))
        try Folder.create(folder.path("disk"))
        // The mount ends with the shell that made it, so the shell does the whole test.
        let script = """
            mount -t tmpfs -o size=32m tmpfs disk || exit 3
            "$@" --stop-after 20steps || exit 4
            dd if=/dev/zero of=disk/filler bs=64k 2>/dev/null
            truncate -s -3m disk/filler
            "$@" 2> messages; echo $? > code
            ls disk/run/checkpoints > left
            rm disk/filler
            "$@" || exit 5
            cp -r disk/run finished
            """
        let ending = try RunningProgram(
            "/usr/bin/unshare",
            ["-rm", "sh", "-c", script, "sh", Program.trainer.path] + run.arguments([]),
            in: folder.path
        ).wait()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: folder.path(name), encoding: .utf8)
        }
        #expect(try text("code") == "2\n")
        let messages = try text("messages")
        #expect(messages.contains("No space left on device"), "\(messages)")
        #expect(messages.contains("Free disk space and run again"), "\(messages)")
        #expect(try text("left").contains("pretrain-"))
        try SmallRun(data: reference.data, folder: folder.path("finished"))
            .expectEqual(to: reference)
    }

    @Test(
        "A disk with too little room for two checkpoints is told before anything is computed",
        .enabled(if: canMount, "this user may not mount a file system of memory"))
    func smallDisk() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("disk/run"))
        try Folder.create(folder.path("disk"))
        let ending = try RunningProgram(
            "/usr/bin/unshare",
            [
                "-rm", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs disk || exit 3; exec \"$@\"",
                "sh", Program.trainer.path,
            ] + run.arguments([]), in: folder.path
        ).wait()
        expectMistake(ending, [run.folder, "free for two checkpoints", "Make room on this disk"])
        #expect(!ending.messages.contains("step 0"))
    }

    private static let canMount: Bool = {
        let probe = try? RunningProgram(
            "/usr/bin/unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], in: nil)
        return probe?.wait().exitCode == 0
    }()
}
