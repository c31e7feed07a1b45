import Diagnostics
import Formats
import Foundation
import TestSupport
import Testing

@Suite("What is no text is known by its first bytes")
struct ContentKindTests {
    static let pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345678

        """

    /// The lines that are read from `bytes` in a file of that name, or the error.
    private func found(
        _ bytes: [UInt8], in name: String = "a.txt", refusingPages: Bool = false
    ) throws -> String {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: name)
        do {
            var reader = try LineReader(path: path, refusingPages: refusingPages)
            var lines: [String] = []
            while let line = try reader.next() { lines.append(line.text ?? "?") }
            return lines.joined(separator: "|")
        } catch let error as InputError {
            #expect(error.location == path && !error.remedy.isEmpty)
            return error.found
        }
    }

    private func encoded(_ text: String, _ encoding: String.Encoding) throws -> [UInt8] {
        Array(try #require(text.data(using: encoding)))
    }

    @Test(
        "whatever the name says",
        arguments: [
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4], "xz data"),
            (Array("BZh91AY&SY".utf8), "bzip2 data"),
            ([0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7, 0], "lz4 data"),
            ([0x50, 0x4b, 3, 4, 20, 0, 0, 0], "a zip archive"),
            ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4], "a 7z archive"),
            ([UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8), "a tar archive"),
            (Array("PAR1".utf8) + [0x15, 4, 0x15, 0], "a Parquet table"),
            (Array("ARROW1".utf8) + [0, 0, 0xff, 0xff], "an Arrow table"),
            (Array("%PDF-1.7\n".utf8), "a PDF document"),
            (Array(pointer.utf8), "a git-lfs pointer, which stands for the file"),
        ] as [([UInt8], String)])
    func signatures(bytes: [UInt8], expected: String) throws {
        #expect(try found(bytes) == expected)
        #expect(try found(bytes, in: "a.jsonl.gz") == expected)
        #expect(try found(Zstd.compress(bytes), in: "a.txt.zst") == expected)
    }

    @Test("also where it is compressed twice, or not although the name says so")
    func compression() throws {
        let text = Array("text\n".utf8)
        #expect(try found(Zstd.compress(Zstd.compress(text)), in: "a.zst") == "zstd data")
        #expect(try found(text, in: "a.txt.gz") == "other bytes")
        #expect(try found([], in: "a.txt.ZST") == "an empty file")
        #expect(try found([], in: "a.txt").isEmpty)
        // Which of the two it is does not matter.
        #expect(try found(Zstd.compress(text), in: "a.txt.gz") == "text")
    }

    @Test("in other encodings, with a mark and without, of any script")
    func encodings() throws {
        for text in ["0 The river\n", "Гора и река\nи море, и небо", "{\"text\": \"東京\"}\n"] {
            for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
                let bytes = try encoded(text, encoding)
                let marked = try encoded("\u{feff}\(text)", encoding)
                #expect(try found(bytes) == "UTF-16" && found(marked) == "UTF-16", "\(text)")
            }
            for encoding in [String.Encoding.utf32LittleEndian, .utf32BigEndian] {
                let bytes = try encoded(text, encoding)
                let marked = try encoded("\u{feff}\(text)", encoding)
                #expect(try found(bytes) == "UTF-32" && found(marked) == "UTF-32", "\(text)")
            }
        }
    }

    @Test("but text with a few odd bytes is text")
    func text() throws {
        let long = String(repeating: "a line of text\n", count: 30)
        #expect(try found(Array("\(long)\u{0}".utf8)).hasPrefix("a line of text|"))
        #expect(try found(Array("a\u{0}b".utf8)) == "a\u{0}b")
        #expect(try found([UInt8](repeating: 0, count: 100)).utf8.count == 100)
        #expect(try found(Array("PAR1S, BZh, version https".utf8)) == "PAR1S, BZh, version https")
        #expect(try found(Array("\u{feff}version".utf8)) == "version")
        #expect(try found([0x80, 0x0a, 0x61]) == "?|a")
    }

    @Test("so that a git-lfs pointer is named in place of any file")
    func pointers() throws {
        let folder = try TemporaryFolder()
        func names(_ body: (String) throws -> Void) throws -> Bool {
            let path = try folder.write(Self.pointer, to: "index.json")
            let error = #expect(throws: InputError.self) { try body(path) }
            return error?.location == path && error?.found.hasPrefix("a git-lfs pointer") == true
                && error?.remedy == "Fetch the file itself with git lfs pull."
        }
        #expect(try names { _ = try FileContents.read($0) })
        #expect(try names { _ = try FileContents.readIfPresent($0) })
        #expect(try names { _ = try MappedFile(path: $0) })
        #expect(try names { _ = try SafetensorsFile(path: $0) })
        #expect(try names { _ = try JSONFile.readPlain($0, as: [String: Int].self) })
        #expect(try names { _ = try MDSIndex(folder: Folder.parent(of: $0)) })
        #expect(try names { _ = try DataManifest(contentsOf: $0) })
        #expect(try names { _ = try ListFile.entries(of: $0) })
        #expect(try names { try AtomicFile.copy($0, to: folder.path("copy")) })
        #expect(try Folder.contents(of: folder.path) == ["index.json"])
        let words = try folder.write("version https://git-lfs is a word", to: "words")
        #expect(try FileContents.read(words).count == 33)
    }

    @Test("and pages are text of their own, but no documents")
    func pages() throws {
        for page in ["<!DOCTYPE html><p>404", "\n <html lang=\"en\">", "\u{feff}<!doctype HTML>"] {
            let bytes = Array(page.utf8)
            #expect(try found(bytes).contains("<"))
            #expect(try found(bytes, refusingPages: true) == "a page of HTML")
            #expect(try found(bytes, in: "a.txt.gz") == "a page of HTML")
            #expect(try found(Zstd.compress(bytes), refusingPages: true) == "a page of HTML")
        }
        #expect(try found(Array("<p>text".utf8), refusingPages: true) == "<p>text")
    }
}
