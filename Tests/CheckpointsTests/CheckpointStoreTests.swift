import Checkpoints
import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite struct CheckpointStoreTests {
    @Test("A saved checkpoint is found, named by latest, and verifies")
    func save() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path("checkpoints"), keep: 3)
        #expect(try store.newestIntact().checkpoint == nil)
        try store.saveSample(1)
        try store.saveSample(2)
        let newest = try #require(try store.newestIntact().checkpoint)
        #expect(newest.name == "sample-2")
        #expect(newest.number == 2)
        #expect(try store.pointer() == "sample-2")
        #expect(newest.record.files.keys.sorted() == ["trainer/state", "weights"])
        try newest.verify()
    }

    @Test("Only the newest stay, and protected ones")
    func retention() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 2)
        for number in 1...6 { try store.saveSample(number, isProtected: number == 2) }
        #expect(try store.names() == ["sample-2", "sample-5", "sample-6"])
        #expect(
            try Folder.contents(of: run.path) == ["latest", "sample-2", "sample-5", "sample-6"])
    }

    @Test("A checkpoint of the same name is replaced and becomes the newest")
    func replacing() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 3)
        try store.saveSample(1)
        try store.saveSample(2)
        try store.saveSample(1, content: "again")
        #expect(try store.names() == ["sample-2", "sample-1"])
        let newest = try #require(try store.newestIntact().checkpoint)
        #expect(try newest.sample() == "again")
    }

    @Test(
        "A checkpoint that lists files outside its folder is none",
        arguments: ["../a", "/a", "b/../../a"])
    func outside(path: String) throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path("checkpoints"), keep: 2)
        try store.saveSample(1)
        let record = "checkpoints/sample-1/checkpoint.json"
        let text = try String(contentsOfFile: run.path(record), encoding: .utf8)
        try run.write(text.replacing("\"weights\"", with: "\"\(path)\""), to: record)
        let error = #expect(throws: InputError.self) {
            try Checkpoint(folder: run.path("checkpoints/sample-1"))
        }
        #expect(error?.location == run.path("\(record): files"))
        #expect(error?.found == "\"\(path)\"")
    }

    @Test("An earlier checkpoint, or one of another run, is made the newest")
    func adopting() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path("a"), keep: 2)
        try store.saveSample(1, isProtected: true)
        for number in 2...3 { try store.saveSample(number) }
        let first = try #require(try store.checkpoints().first)
        let adopted = try store.adopt(first)
        #expect(try store.names() == ["sample-2", "sample-3", "sample-1"])
        #expect(try store.pointer() == "sample-1")
        #expect(adopted.record.files == first.record.files && adopted.record.isProtected)
        try adopted.verify()
        #expect(try store.adopt(adopted) == adopted)

        let other = try CheckpointStore(folder: run.path("b"), keep: 2)
        #expect(try other.adopt(adopted).sample() == "weights of sample 1")
        #expect(try other.names() == ["sample-1"])
    }

    @Test("A damaged checkpoint is not adopted")
    func adoptingDamage() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path("a"), keep: 2)
        try store.saveSample(1)
        let checkpoint = try #require(try store.checkpoints().first)
        try run.write("something else", to: "a/sample-1/weights")
        let other = try CheckpointStore(folder: run.path("b"), keep: 2)
        #expect(throws: InputError.self) { try other.adopt(checkpoint) }
        #expect(try other.names() == [])
    }

    @Test("What an interrupted write left is removed when the store is opened again")
    func leftovers() throws {
        let run = try TemporaryFolder()
        try CheckpointStore(folder: run.path, keep: 3).saveSample(1)
        // As if the machine had stopped just before the renaming.
        try FileManager.default.copyItem(
            atPath: run.path("sample-1"), toPath: run.path(".sample-2.partial-99-1"))
        let store = try CheckpointStore(folder: run.path, keep: 3)
        #expect(try store.names() == ["sample-1"])
        #expect(try Folder.contents(of: run.path) == ["latest", "sample-1"])
    }

    @Test("latest is fixed when it names a removed folder, an older one, or is missing")
    func pointer() throws {
        let run = try TemporaryFolder()
        for number in 1...3 {
            try CheckpointStore(folder: run.path, keep: 5).saveSample(number)
        }
        try Folder.remove(run.path("sample-3"))
        var store = try CheckpointStore(folder: run.path, keep: 5)
        #expect(try store.newestIntact().checkpoint?.name == "sample-2")
        #expect(try store.pointer() == "sample-2")
        try AtomicFile.write("sample-1\n", to: run.path("latest"))
        store = try CheckpointStore(folder: run.path, keep: 5)
        #expect(try store.pointer() == "sample-2")
        try Folder.remove(run.path("latest"))
        store = try CheckpointStore(folder: run.path, keep: 5)
        #expect(try store.pointer() == "sample-2")
    }

    @Test("A flipped byte is found, and the checkpoint before is used")
    func flippedByte() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 3)
        try store.saveSample(1)
        try store.saveSample(2)
        let path = run.path("sample-2/weights")
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count / 2] ^= 0x10
        try Data(bytes).write(to: URL(filePath: path))
        try expectDamage(in: store, at: path, expected: "xxh64")
    }

    @Test("A file cut short is found, and the checkpoint before is used")
    func truncated() throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 3)
        try store.saveSample(1)
        try store.saveSample(2)
        let path = run.path("sample-2/trainer/state")
        try Data().write(to: URL(filePath: path))
        try expectDamage(in: store, at: path, expected: "bytes")
    }

    @Test(
        "A missing file is found, and the checkpoint before is used",
        arguments: ["weights", "checkpoint.json"])
    func missingFile(name: String) throws {
        let run = try TemporaryFolder()
        let store = try CheckpointStore(folder: run.path, keep: 3)
        try store.saveSample(1)
        try store.saveSample(2)
        try Folder.remove(run.path("sample-2/\(name)"))
        try expectDamage(in: store, at: run.path("sample-2/\(name)"), expected: "")
    }

    /// The damage is reported at `path`, and sample 1 is the newest intact checkpoint.
    private func expectDamage(in store: CheckpointStore, at path: String, expected: String) throws {
        let (checkpoint, damages) = try store.newestIntact()
        #expect(checkpoint?.name == "sample-1")
        #expect(damages.count == 1)
        #expect(damages.first?.location == path)
        #expect(expected.isEmpty || damages.first?.expected.contains(expected) == true)
    }
}
