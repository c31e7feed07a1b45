import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("Lines are read")
struct LineReaderTests {
    private func lines(_ path: String, largestLine: Int = 1 << 24) throws -> [LineReader.Line] {
        var reader = try LineReader(path: path, largestLine: largestLine)
        var lines: [LineReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    @Test(
        "from plain, gzip and zstd files, members and frames in a row",
        arguments: ["lines.txt", "lines.txt.gz", "lines.txt.zst"])
    func formats(name: String) throws {
        let whole = String(decoding: try Fixtures.bytes("Formats/lines.txt"), as: UTF8.self)
        let expected = whole.components(separatedBy: "\n")
        let found = try lines(Fixtures.path("Formats/\(name)"))
        #expect(found.map(\.text) == expected)
        #expect(found.map(\.number) == Array(1...400))
    }

    @Test("with any line end, empty lines and no last line end")
    func ends() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a\r\n\n\rb\n\r\nlast", to: "a.txt")
        #expect(try lines(path).map(\.text) == ["a", "", "", "b", "", "last"])
        #expect(try lines(folder.write("x\n", to: "b.txt")).map(\.text) == ["x"])
        #expect(try lines(folder.write("", to: "c.txt")).isEmpty)
        #expect(try lines(folder.write("\n", to: "d.txt")).map(\.text) == [""])
        #expect(try lines(folder.write("\ra\r", to: "e.txt")).map(\.text) == ["", "a"])
    }

    @Test("alike with every line end, wherever the ends of buffers are", arguments: [7, 8, 9, 263])
    func alike(largest: Int) throws {
        let folder = try TemporaryFolder()
        let parts = (0..<400).map { String(repeating: "x", count: $0 % (largest + 1)) }
        let expected = try lines(
            folder.write(parts.joined(separator: "\n"), to: "a.txt"), largestLine: largest)
        #expect(expected.map(\.text) == parts)
        for end in ["\r\n", "\r"] {
            let path = try folder.write(parts.joined(separator: end), to: "b.txt")
            let found = try lines(path, largestLine: largest)
            #expect(found.map(\.text) == parts && found.map(\.number) == Array(1...400))
        }
    }

    @Test("without the byte order mark at the front, and only there")
    func byteOrderMark() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("\u{feff}a\n\u{feff}b", to: "a.txt")
        #expect(try lines(path).map(\.text) == ["a", "\u{feff}b"])
        #expect(try lines(folder.write("\u{feff}", to: "b.txt")).map(\.text) == [""])
    }

    @Test("in pieces, between characters, where they are gigantic", arguments: [7, 8, 9, 63])
    func gigantic(largest: Int) throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "aä中𝄞", count: 57)
        let path = try folder.write("short\n\(text)\nshort\n\(text)", to: "a.txt")
        let found = try lines(path, largestLine: largest)
        #expect(found.allSatisfy { $0.bytes.count <= largest && $0.text != nil })
        for number in [2, 4] {
            let pieces = found.filter { $0.number == number }
            #expect(pieces.compactMap(\.text).joined() == text)
            #expect(
                pieces.map(\.continuesPrevious) == [false] + pieces.dropFirst().map { _ in true })
            #expect(pieces.map(\.isContinued) == pieces.dropLast().map { _ in true } + [false])
        }
        #expect(found.first?.text == "short" && found.last?.number == 4)
    }

    @Test("so that a line just at the limit stays whole")
    func atTheLimit() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "x", count: 100)
        let path = try folder.write("\(text)\n\(text)\r\n\(text)", to: "a.txt")
        #expect(try lines(path, largestLine: 100).map(\.text) == [text, text, text])
        #expect(try lines(path, largestLine: 99).count == 6)
    }

    @Test("and bytes that are not UTF-8 are given as they are")
    func invalid() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([0x61, 0xff, 0x0a, 0x62], to: "a.txt")
        let found = try lines(path)
        #expect(found.map(\.text) == [nil, "b"])
        #expect(found.first?.bytes == [0x61, 0xff])
    }

    @Test("and a file that ends too early is an error", arguments: ["gz", "zst"])
    func truncated(suffix: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixtures.bytes("Formats/lines.txt.\(suffix)")
        let path = try folder.write(Array(bytes.dropLast(5)), to: "a.\(suffix)")
        #expect(throws: InputError.self) { try lines(path) }
    }

    @Test("and zeros behind a gzip member are padding")
    func padded() throws {
        let folder = try TemporaryFolder()
        let bytes = try Fixtures.bytes("Formats/lines.txt.gz") + [0, 0, 0, 0, 0]
        #expect(try lines(folder.write(bytes, to: "a.gz")).count == 400)
    }

    @Test("and a missing file is an error that names it")
    func missing() throws {
        let error = #expect(throws: InputError.self) { try LineReader(path: "no/such/file") }
        #expect(error?.location == "no/such/file")
    }
}
