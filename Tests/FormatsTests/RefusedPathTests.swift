import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite struct RefusedPathTests {
    @Test func `a file takes the place of nothing but a file`() throws {
        let folder = try TemporaryFolder()
        let (pipe, inside) = (folder.path("pipe"), folder.path("inside"))
        try #require(mkfifo(pipe, 0o600) == 0)
        try Folder.create(inside)
        for (path, found) in [(pipe, "a named pipe"), (inside, "a folder"), ("", "an empty path")] {
            let error = #expect(throws: InputError.self) { try AtomicFile.write("x", to: path) }
            #expect(error?.found == found)
        }
        // The pipe is one still: there, and neither file nor folder.
        #expect(try Folder.exists(pipe) && Folder.status(of: pipe) == nil)
        #expect(try Folder.contents(of: folder.path) == ["inside", "pipe"])
    }

    @Test func `a file takes the place of a link, not of what it leads to`() throws {
        let folder = try TemporaryFolder()
        let (file, link) = (try folder.write("x", to: "file"), folder.path("link"))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        try AtomicFile.write("y", to: link)
        #expect(try FileContents.read(file) == Array("x".utf8))
        #expect(try FileContents.read(link) == Array("y".utf8))
    }

    /// As `--html /dev/stdout > page.html` names it.
    @Test func `a file takes the place of no link to what a program has open`() throws {
        let folder = try TemporaryFolder()
        let (file, link) = (try folder.write("x", to: "file"), folder.path("link"))
        let open = try #require(FileHandle(forWritingAtPath: file))
        let stream = "/proc/self/fd/\(open.fileDescriptor)"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: stream)
        for path in [link, stream, "/dev/fd/\(open.fileDescriptor)"] {
            let error = #expect(throws: InputError.self) { try AtomicFile.write("y", to: path) }
            #expect(error?.location == path && error?.found == "a stream of a program")
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == stream)
        #expect(try FileContents.read(file) == Array("x".utf8))
        #expect(try Folder.contents(of: folder.path) == ["file", "link"])
    }

    @Test func `what the system refuses is told in the words of all other errors`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("x", to: "file")
        for (path, found) in [
            (folder.path("none"), "nothing"), (file + "/x", "a part of the path that is no folder"),
        ] {
            let error = #expect(throws: InputError.self) { try FileContents.read(path) }
            #expect(
                error?.description
                    == "\(path): expected a readable file, found \(found). Check the path.")
        }
        let error = #expect(throws: InputError.self) { try Folder.create(file) }
        #expect(error?.found == "a file")
        #expect(error?.remedy == "Remove it, or choose another path.")
    }
}
