import Diagnostics
import Formats
import TestSupport
import Testing

@Suite struct ListFileTests {
    @Test(
        "Entries are the same with any line ends, a byte order mark and comments",
        arguments: ["\n", "\r\n", "\r", "\n\r\n"])
    func lineEnds(end: String) throws {
        let folder = try TemporaryFolder()
        let lines = ["# languages", "qaa_Latn", "", "  qab_Latn\t# the second", "\u{a0}qac_Latn "]
        for mark in ["", "\u{feff}"] {
            for last in ["", end] {
                let text = mark + lines.joined(separator: end) + last
                let path = try folder.write(text, to: "list.txt")
                let entries = try ListFile.entries(of: path)
                #expect(entries.map(\.text) == ["qaa_Latn", "qab_Latn", "qac_Latn"])
                if end.unicodeScalars.count < 3 {
                    #expect(entries.map(\.location) == [2, 4, 5].map { "\(path):\($0)" })
                }
            }
        }
    }

    @Test("What is no UTF-8 is an error with its place")
    func encoding() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array("qaa\nq".utf8) + [0xe4], to: "list.txt")
        let error = #expect(throws: InputError.self) { try ListFile.entries(of: path) }
        #expect(error?.location == "\(path):2")
        let wide = try folder.write([0xff, 0xfe, 0x71, 0, 0x61, 0, 0x0a, 0], to: "wide.txt")
        #expect(
            #expect(throws: InputError.self) { try ListFile.entries(of: wide) }?.found == "UTF-16")
    }
}
