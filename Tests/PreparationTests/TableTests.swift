import Diagnostics
import Formats
import Preparation
import TestSupport
import Testing

@Suite struct TableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func documents(
        _ path: String, textField: String = "text"
    ) throws -> (documents: [String], report: ReadingReport) {
        let search = try TextSearch(["deu_Latn=\(path)"], textField: textField)
        var reader = DocumentReader(search.sources[0])
        var documents: [String] = []
        while let document = try reader.next() {
            documents.append(String(decoding: document, as: UTF8.self))
        }
        #expect(reader.bytesRead == search.sources[0].size)
        return (documents, reader.report)
    }

    private let rows = """
        id,text,note\r
        1,plain,x\r
        2,"with, comma",\r
        3,"he said ""yes"" twice","two\r
        lines"\r
        4,"first line
        second line

        last",x\r
        5, spaces stay ,\r

        """

    @Test(arguments: ["a.csv", "a.csv.zst", "a.CSV"])
    func `quoted fields have commas, quotation marks and line ends`(name: String) throws {
        let bytes = [0xef, 0xbb, 0xbf] + Array(rows.utf8)
        let path = try folder.write(name.hasSuffix("zst") ? Zstd.compress(bytes) : bytes, to: name)
        let (found, report) = try documents(path)
        let text = "first line\nsecond line\n\nlast"
        #expect(
            found == ["plain", "with, comma", "he said \"yes\" twice", text, " spaces stay "])
        #expect(report.troubles.isEmpty)
        #expect(try documents(path, textField: "note").documents == ["x", "two\r\nlines", "x"])
    }

    @Test func `rows that cannot be read are counted with their lines, others kept`() throws {
        let path = try folder.write(
            """
            text\tid
            good\t1
            "open\t2
            next\t3
            too few
            one\ttoo\tmany

            "a "b" c"\t4
            say "hi"\t5
            \t6
            "tail\t7

            """, to: "a.tsv")
        let (found, report) = try documents(path)
        #expect(found == ["good", "next", "say \"hi\""])
        let counts = report.troubles.mapValues(\.count)
        #expect(counts == ["quotes": 3, "field_count": 2, "empty": 2])
        for (trouble, line) in [("quotes", 3), ("field_count", 5), ("empty", 7)] {
            #expect(report.troubles[trouble]?.first == "\(path):\(line)")
        }
        #expect(
            report.sentences.contains(
                "2 rows with more or fewer fields than the first; the first at \(path):5"))
    }

    @Test func `line ends are told apart, also at the end of what is read at once`() throws {
        for end in ["\n", "\r\n", "\r"] {
            let long = String(repeating: "word ", count: 30_000)
            let rows = (0..<20).map { "\($0),\"\(long)\($0)\"" }
            let text = (["id,text"] + rows).joined(separator: end)
            let (found, report) = try documents(try folder.write(text, to: "a.csv"))
            #expect(found == (0..<20).map { "\(long)\($0)" } && report.troubles.isEmpty)
        }
    }

    @Test func `a row without end is given up within bounded memory`() throws {
        let huge = String(repeating: "x", count: 17 << 20)
        for (row, trouble) in [("\"\(huge)", "too_long"), (huge, "too_long")] {
            let path = try folder.write("text\na\n\(row)\nb\n", to: "a.csv")
            let (found, report) = try documents(path)
            #expect(found == ["a", "b"] && report.troubles[trouble]?.first == "\(path):3")
        }
    }

    @Test func `a table without the column, or without a header, says which there are`() throws {
        for (content, found) in [
            ("", "an empty file"), ("id,body\n1,a\n", "columns id, body"),
            ("text,text\na,b\n", "it more than once among text, text"),
            ("\"text\n", "a row that cannot be read"),
        ] {
            let path = try folder.write(content, to: "a.csv")
            let error = #expect(throws: InputError.self) { _ = try documents(path) }
            #expect(error?.found == found && error?.location.hasPrefix(path) == true)
        }
    }

    @Test func `rows of Parquet are documents, nulls are counted`() throws {
        let (none, nulls) = try documents(Fixtures.path("Parquet/files/all-null.parquet"))
        #expect(none.isEmpty && nulls.troubles["no_text"]?.count == 50)
        #expect(nulls.troubles["no_text"]?.first.hasSuffix("all-null.parquet:1") == true)
        let (words, report) = try documents(Fixtures.path("Parquet/files/one-word.parquet"))
        #expect(words.count == 60 && Set(words).count == 1 && report.documents == 60)
        let (bodies, _) = try documents(
            Fixtures.path("Parquet/files/other-name.parquet"), textField: "body")
        #expect(bodies == ["b", "c"])
    }

    @Test func `a document as a JSON line is read back`() throws {
        let text = String(String.UnicodeScalarView((1..<0x300).compactMap(Unicode.Scalar.init)))
        for document in [Array(text.utf8), Array("🙂\"\\/\n".utf8), []] {
            let line = JSONLine.line(with: document)
            #expect(!line.contains(0x0a))
            #expect(try JSONLine.string(for: "text", in: line) == document)
        }
    }
}
