import Foundation
import TestSupport
import Testing
import Tokenization

/// Normal forms and classes of characters against the tokenizers library: digests in
/// Tests/Fixtures.
@Suite struct UnicodeFormTests {
    private struct Expectations: Decodable {
        var ranges: [[UInt32]]
        var marks: [UInt32]
        var digests: [String: [String: String]]
        var classes: String
    }

    private let expected: Expectations
    private let scalars: [Unicode.Scalar]

    init() throws {
        expected = try JSONDecoder().decode(
            Expectations.self, from: Data(Fixtures.bytes("Tokenization/normal-forms.json")))
        scalars = expected.ranges.flatMap { ($0[0]..<$0[1]).compactMap(Unicode.Scalar.init) }
    }

    /// FNV-1a over texts, each with a newline behind it.
    private func digest(_ texts: some Sequence<String>) -> String {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in texts {
            for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
            value = (value ^ 0x0a) &* 0x100_0000_01b3
        }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test(arguments: UnicodeForm.allCases)
    func `characters of all planes, alone and among marks, become the library's`(
        form: UnicodeForm
    ) throws {
        let digests = try #require(expected.digests[form.rawValue])
        #expect(digests["alone"] == digest(scalars.map { form.normalized(String($0)) }))
        #expect(
            digests["decomposed"]
                == digest(
                    scalars.map {
                        form.normalized(UnicodeForm.decomposed.normalized(String($0)))
                    }))
        #expect(
            digests["among marks"]
                == digest(scalars.map { form.normalized("a\($0)\u{315}\u{323}\($0)\u{301}") }))
    }

    @Test func `characters compose with the marks behind them as in the library`() throws {
        let marks = try expected.marks.map { try #require(Unicode.Scalar($0)) }
        let texts = marks.lazy.flatMap { mark in
            scalars.lazy.map { UnicodeForm.composed.normalized("\($0)\(mark)") }
        }
        #expect(expected.digests["NFC"]?["before marks"] == digest(texts))
    }

    @Test func `a Kawi digit stays beside a grave, and Kaithi letters beside an acute`() {
        for text in ["\u{11f50}\u{300}", "\u{10041}\u{301}", "\u{1f600}\u{301}"] {
            for form in UnicodeForm.allCases {
                #expect(Array(form.normalized(text).unicodeScalars) == Array(text.unicodeScalars))
            }
        }
        #expect(
            Array(UnicodeForm.composed.normalized("\u{11099}\u{110ba}").utf8) == [
                0xf0, 0x91, 0x82, 0x9a,
            ])
    }

    @Test func `a text that grows many times has room, an empty one stays empty`() {
        let text = String(repeating: "\u{fdfa}", count: 100)
        #expect(UnicodeForm.compatibleDecomposed.normalized(text).unicodeScalars.count == 1800)
        #expect(UnicodeForm.composed.normalized("").isEmpty)
    }

    @Test func `letters, numbers and spaces are what the library's patterns take them for`() {
        let classes = scalars.map { String(CharacterClass(of: $0.value).rawValue) }
        #expect(digest(classes) == expected.classes)
    }
}
