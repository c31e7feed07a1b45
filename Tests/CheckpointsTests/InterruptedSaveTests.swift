import Checkpoints
import Diagnostics
import Formats
import Foundation
import Glibc
import TestSupport
import Testing

/// A save that is interrupted anywhere leaves a checkpoint that is complete or absent, and the
/// earlier ones as they were.
@Suite struct InterruptedSaveTests {
    struct Interruption: Error {}

    @Test("A failure before any step loses nothing", arguments: SaveStep.allCases)
    func failure(step: SaveStep) throws {
        let run = try TemporaryFolder()
        var store = try CheckpointStore(folder: run.path, keep: 2)
        try store.saveSample(1)
        try store.saveSample(2)
        store.willTake = { if $0 == step { throw Interruption() } }
        #expect(throws: Interruption.self) { try store.saveSample(3) }
        try expectConsistent(run.path, step: step)
    }

    @Test("A process killed before any step loses nothing", arguments: SaveStep.allCases)
    func killed(step: SaveStep) async throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 2)
        try store.saveSample(1)
        try store.saveSample(2)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = run.path as String, step = step.rawValue as Int] in
            var store = try CheckpointStore(folder: path, keep: 2)
            store.willTake = { if $0.rawValue == step { kill(getpid(), SIGKILL) } }
            try store.saveSample(3)
        }
        try expectConsistent(run.path, step: step)
    }

    @Test(
        "A process killed at any moment of many saves leaves complete checkpoints only",
        arguments: 1...8)
    func killedAnywhere(trial: Int) async throws {
        let run = try TemporaryFolder()
        try CheckpointStore(folder: run.path, keep: 2).saveSample(0)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = run.path as String, milliseconds = 3 * trial * trial as Int] in
            let timer = Thread {
                usleep(UInt32(milliseconds) * 1000)
                kill(getpid(), SIGKILL)
            }
            timer.start()
            let store = try CheckpointStore(folder: path, keep: 2)
            let content = String(repeating: "weights ", count: 100_000)
            for number in 1... { try store.saveSample(number, content: content) }
        }
        for checkpoint in try CheckpointStore(folder: run.path, keep: 2).checkpoints() {
            try checkpoint.verify()
        }
        let store = try CheckpointStore(folder: run.path, keep: 2)
        let (newest, damages) = try store.newestIntact()
        #expect(newest != nil && damages.isEmpty)
        #expect(try store.pointer() == newest?.name)
        #expect(try Folder.contents(of: run.path).allSatisfy { !$0.hasPrefix(".") })
    }

    @Test("A checkpoint that was giving way to a new one of its name is still found")
    func replacing() throws {
        let run = try TemporaryFolder()
        try CheckpointStore(folder: run.path, keep: 2).saveSample(1)
        // As if the machine had stopped between the two renamings.
        try FileManager.default.copyItem(
            atPath: run.path("sample-1"), toPath: run.path(".sample-1.partial-99-1"))
        try FileManager.default.moveItem(
            atPath: run.path("sample-1"), toPath: run.path("sample-1.replaced"))
        let store = try CheckpointStore(folder: run.path, keep: 2)
        let (newest, damages) = try store.newestIntact()
        #expect(newest?.name == "sample-1.replaced" && damages.isEmpty)
        #expect(try store.pointer() == "sample-1.replaced")
        try store.saveSample(1)
        #expect(try store.names() == ["sample-1"])
    }

    @Test("A file that can be written only in part is an InputError, and nothing is lost")
    func sizeLimit() async throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 2)
        try store.saveSample(1)
        await #expect(processExitsWith: .success) { [path = run.path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let store = try CheckpointStore(folder: path, keep: 2)
            let content = String(repeating: "too long", count: 100_000)
            let error = #expect(throws: InputError.self) {
                try store.saveSample(2, content: content)
            }
            #expect(error?.remedy.contains("disk space") == true)
            #expect(try Folder.contents(of: path) == ["latest", "sample-1"])
        }
        #expect(try store.newestIntact().checkpoint?.name == "sample-1")
    }

    @Test("A full disk is an InputError, and nothing is lost")
    func fullDisk() throws {
        let disk = try TemporaryFolder()
        // Mounting needs rights that not every machine gives; the limit above is tested anywhere.
        guard mount("none", disk.path, "tmpfs", 0, "size=256k") == 0 else { return }
        defer { umount2(disk.path, Int32(MNT_DETACH)) }
        let store = try CheckpointStore(folder: disk.path, keep: 2)
        try store.saveSample(1)
        let error = #expect(throws: InputError.self) {
            try store.saveSample(2, content: String(repeating: "too much", count: 100_000))
        }
        #expect(error?.found == "No space left on device")
        #expect(try store.names() == ["sample-1"])
        #expect(try store.newestIntact().checkpoint?.name == "sample-1")
        try store.saveSample(3)
        #expect(try store.names() == ["sample-1", "sample-3"])
    }

    @Test("A store whose folder cannot be made is an InputError")
    func unwritable() throws {
        let run = try TemporaryFolder()
        try AtomicFile.write("a file", to: run.path("file"))
        #expect(throws: InputError.self) {
            try CheckpointStore(folder: run.path("file/checkpoints"), keep: 2)
        }
    }

    /// After sample 3 was interrupted before `step`: samples 1 and 2 are intact; sample 3 is
    /// intact if it had been renamed and absent otherwise; saving works.
    private func expectConsistent(_ path: String, step: SaveStep) throws {
        let store = try CheckpointStore(folder: path, keep: 2)
        let complete = step == .point || step == .retire
        let expected = complete ? 3 : 2
        #expect(try store.names() == (1...expected).map { "sample-\($0)" })
        for checkpoint in try store.checkpoints() { try checkpoint.verify() }
        let (newest, damages) = try store.newestIntact()
        #expect(newest?.name == "sample-\(expected)")
        #expect(damages.isEmpty)
        #expect(try store.pointer() == "sample-\(expected)")
        #expect(try Folder.contents(of: path).allSatisfy { !$0.hasPrefix(".") })
        try store.saveSample(4)
        #expect(try store.names() == ["sample-\(expected)", "sample-4"])
    }
}
