import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("Files and folders are complete or absent")
struct FilesTests {
    private struct Interruption: Error {}

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("A file is replaced as a whole, and stays when its writing fails")
    func file() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.txt")
        try AtomicFile.write("first", to: path)
        try AtomicFile.write("second", to: path)
        #expect(try text(path) == "second")
        #expect(throws: Interruption.self) {
            try AtomicFile.write(to: path) { file in
                try file.write("third")
                throw Interruption()
            }
        }
        #expect(try text(path) == "second")
        #expect(try Folder.contents(of: folder.path) == ["a.txt"])
    }

    @Test("Everything written arrives in order, at any size", arguments: [0, 1, 262_143, 262_145])
    func sizes(count: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 3) }
        try AtomicFile.write(to: folder.path("a")) { file in
            try file.write([1, 2])
            try file.write(bytes)
            try file.write("é")
            #expect(file.position == count + 4)
        }
        let found = try MappedFile(path: folder.path("a")).withBytes { span in
            (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        #expect(found == [1, 2] + bytes + [0xc3, 0xa9])
    }

    @Test("A log is cut to the length asked for, and grows from there")
    func appending() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("log")
        let log = try AppendedFile(path: path, keepingBytes: 0)
        try log.append(Array("one\n".utf8))
        try log.append([])
        try log.append(Array("two\n".utf8))
        try log.synchronize()
        #expect(log.count == 8)
        #expect(try text(path) == "one\ntwo\n")
        let again = try AppendedFile(path: path, keepingBytes: 4)
        #expect(again.count == 4)
        try again.append(Array("three\n".utf8))
        #expect(try text(path) == "one\nthree\n")
        #expect(try AppendedFile(path: path, keepingBytes: 1 << 40).count == 10)
        let error = #expect(throws: InputError.self) {
            try AppendedFile(path: folder.path, keepingBytes: 0)
        }
        #expect(error?.location == folder.path)
    }

    @Test("A file is copied, and a file or folder is the same by any path")
    func copying() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([1, 2, 0, 255], to: "a/b")
        try AtomicFile.copy(path, to: folder.path("c"))
        try AtomicFile.copy(folder.write("", to: "empty"), to: folder.path("d"))
        #expect(FileManager.default.contents(atPath: folder.path("c")) == Data([1, 2, 0, 255]))
        #expect(FileManager.default.contents(atPath: folder.path("d")) == Data())
        #expect(throws: InputError.self) {
            try AtomicFile.copy(folder.path("none"), to: folder.path("e"))
        }
        #expect(try Folder.isSame(folder.path("a/"), folder.path("a/../a")))
        #expect(try !Folder.isSame(folder.path("c"), path))
        #expect(try !Folder.isSame(folder.path("none"), folder.path("none")))
    }

    @Test func `only what is not there is absent`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("x", to: "file")
        for path in [folder.path("none"), folder.path("file/below"), folder.path("none/below")] {
            #expect(try !Folder.exists(path) && Folder.status(of: path) == nil)
        }
        // A ring of links is something, which the system cannot look at.
        let ring = folder.path("ring")
        try FileManager.default.createSymbolicLink(atPath: ring, withDestinationPath: ring)
        for look in [Folder.exists, Folder.isFolder, { try Folder.status(of: $0) != nil }] {
            let error = #expect(throws: InputError.self) { try look(ring) }
            #expect(error?.location == ring)
        }
        #expect(throws: InputError.self) { try Folder.isSame(file, ring) }
        #expect(throws: InputError.self) { try Folder.contents(of: file) }
    }

    @Test func `a named pipe in place of a file is refused, not waited for`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        try #require(mkfifo(path, 0o600) == 0)
        for read in [{ _ = try MappedFile(path: $0) }, { _ = try FileContents.read($0) }] {
            let error = #expect(throws: InputError.self) { try read(path) }
            #expect(error?.found == "a named pipe")
        }
    }

    @Test func `a folder is removed with its links, not with what they lead to`() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "kept/file")
        try folder.write("y", to: "doomed/a/file")
        for name in ["doomed/a/link", "doomed/link"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path(name), withDestinationPath: folder.path("kept"))
        }
        try Folder.remove(folder.path("doomed"))
        try Folder.remove(folder.path("doomed"))
        #expect(try Folder.contents(of: folder.path) == ["kept"])
        #expect(try text(folder.path("kept/file")) == "x")
        #expect(try FileContents.read(folder.path("kept/file")) == Array("x".utf8))
    }

    @Test("A folder appears with everything in it or not at all")
    func folder() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("b")
        #expect(throws: Interruption.self) {
            try AtomicFolder.write(to: path) { inner in
                try AtomicFile.write("x", to: Folder.join(inner, "x"))
                throw Interruption()
            }
        }
        #expect(try Folder.contents(of: folder.path).isEmpty)
        try AtomicFolder.write(to: path) { inner in
            try Folder.create(Folder.join(inner, "c/d"))
            try AtomicFile.write("x", to: Folder.join(inner, "c/d/x"))
            #expect(try !Folder.exists(path))
        }
        #expect(try text(Folder.join(path, "c/d/x")) == "x")
        #expect(throws: InputError.self) { try AtomicFolder.write(to: path) { _ in } }
        try AtomicFolder.write(to: path, replacing: true) { inner in
            try AtomicFile.write("y", to: Folder.join(inner, "y"))
        }
        #expect(try Folder.contents(of: path) == ["y"])
        #expect(try Folder.contents(of: folder.path) == ["b"])
    }

    @Test("What interrupted writes left is removed, and nothing else")
    func leftovers() throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: ".b.partial-77-1/x")
        try folder.write("x", to: ".a.partial-77-2")
        try folder.write("x", to: "keep")
        try folder.write("x", to: ".hidden")
        try AtomicFolder.removeLeftovers(in: folder.path)
        #expect(try Folder.contents(of: folder.path) == [".hidden", "keep"])
    }

    @Test("What the system refuses is an input error that names the file")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("x", to: "file")
        let cases: [(String, () throws -> Void)] = [
            (Folder.join(file, "a"), { try AtomicFile.write("", to: Folder.join(file, "a")) }),
            (folder.path("no/a"), { try AtomicFile.write("", to: folder.path("no/a")) }),
            (folder.path("no"), { _ = try MappedFile(path: folder.path("no")) }),
            (folder.path, { _ = try MappedFile(path: folder.path) }),
            (file, { try Folder.create(file) }),
            (folder.path("no"), { _ = try Folder.contents(of: folder.path("no")) }),
        ]
        for (path, body) in cases {
            let error = #expect(throws: InputError.self) { try body() }
            #expect(error?.location == path)
        }
    }

    @Test("A folder that vanishes while a file is written is an input error")
    func vanishedFolder() throws {
        let folder = try TemporaryFolder()
        let file = try OutputFile(path: folder.path("a"))
        try file.write("x")
        try Folder.remove(folder.path)
        #expect(throws: InputError.self) { try file.finish() }
    }

    @Test("Paths are joined and taken apart")
    func paths() {
        #expect(Folder.join("a", "b") == "a/b" && Folder.join("a/", "b") == "a/b")
        #expect(Folder.join("a", "/b") == "/b" && Folder.join("", "b") == "b")
        #expect(Folder.parent(of: "a/b/") == "a" && Folder.parent(of: "a") == ".")
        #expect(Folder.parent(of: "/a") == "/" && Folder.name(of: "/a/b/") == "b")
    }

    @Test("An empty file is mapped as no bytes")
    func emptyFile() throws {
        let folder = try TemporaryFolder()
        #expect(try MappedFile(path: folder.write("", to: "a")).count == 0)
    }
}
