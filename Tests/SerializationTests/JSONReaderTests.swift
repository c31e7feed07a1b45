import Foundation
import Serialization
import Testing

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "0", "-1.5e+3", "true", "false", "null", "NaN", "Infinity", "-Infinity", #""a\"b""#, "[]",
        "{}", "[[], {}, [1, {\"a\": [2]}]]", #"{"a": {"b": ["]", "}"]}, "c": -1}"#,
    ])
    func `any value is skipped and its text returned`(value: String) throws {
        var reader = JSONReader(Array(" [ \(value) ,7]".utf8))
        var rest = 0
        var text: ArraySlice<UInt8> = []
        try reader.array { reader in
            if text.isEmpty { text = try reader.skip() } else { rest = try reader.integer() }
        }
        #expect(String(decoding: text, as: UTF8.self) == value)
        #expect(rest == 7)
        let isAtEnd = reader.isAtEnd()
        #expect(isAtEnd)
    }

    @Test(arguments: [
        ("", "a JSON value", 0), ("x", "a JSON value", 0), ("nul", "null", 0),
        ("tru", "true", 0), ("-Inf", "Infinity", 1), ("[1 2]", "\"]\"", 3),
        ("[1,]", "a JSON value", 3), ("[,1]", "a JSON value", 1), (#"{"a" 1}"#, "\":\"", 5),
        (#"{"a":1,}"#, "\"\"\"", 7), (#"{"a":1]"#, "\"}\"", 6), ("[[1]", "\"]\"", 4),
        ("[1}", "\"]\"", 2), (#""abc"#, "the end of a string", 4),
        ("\"a\nb\"", "no control character in a string", 2),
        (#""\u12g4""#, "four hexadecimal digits", 3), (#""\u+123""#, "four hexadecimal digits", 3),
        (#""\ud834""#, "a pair of surrogates before this", 7),
        (#""\ud834\u0041""#, "a pair of surrogates before this", 7),
        (#""\udd1e""#, "a pair of surrogates before this", 7),
    ])
    func `what is not JSON is an error with its place`(
        text: String, expected: String, position: Int
    ) throws {
        var reader = JSONReader(Array(text.utf8))
        let error = #expect(throws: JSONError.self) { try reader.skip() }
        #expect(error == JSONError(position: position, expected: expected))
    }

    @Test func `a byte order mark at the front is left out, elsewhere it is none`() throws {
        var reader = JSONReader([0xef, 0xbb, 0xbf] + Array("[1]".utf8))
        #expect(throws: Never.self) { try reader.array { _ = try $0.integer() } }
        var other = JSONReader(Array("[\u{feff}1]".utf8))
        #expect(throws: JSONError.self) { try other.array { _ = try $0.integer() } }
    }

    @Test func `values may lie deep inside one another`() throws {
        let depth = 100_000
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        var reader = JSONReader(Array(text.utf8))
        let skipped = try reader.skip()
        #expect(skipped.count == 2 * depth)
        reader = JSONReader(Array(text.dropLast().utf8))
        #expect(throws: JSONError.self) { try reader.skip() }
    }

    @Test func `keys that look alike stay apart`() throws {
        var reader = JSONReader(Array("{\"\u{e9}\": 1, \"e\u{301}\": 2, \"\\u00e9\": 3}".utf8))
        var members: [(key: [UInt8], value: Int)] = []
        try reader.table { members.append(($1, try $0.integer())) }
        #expect(members.map(\.value) == [1, 2, 3])
        #expect(members.map(\.key) == [[0xc3, 0xa9], [0x65, 0xcc, 0x81], [0xc3, 0xa9]])
    }

    @Test func `an error tells its line and what is there`() {
        let text = Array("{\n \"a\": 1,\n \"b\": what?\n}".utf8)
        var reader = JSONReader(text)
        let error = #expect(throws: JSONError.self) {
            try reader.object { reader, _ in _ = try reader.number() }
        }
        #expect(error?.expected == "a number")
        #expect(error?.line(in: text) == 3)
        #expect(error?.found(in: text) == "\"what?\n}\"")
        #expect(JSONError(position: text.count, expected: "").found(in: text) == "the end")
    }

    @Test func `what Foundation writes is read as Foundation reads it`() throws {
        let strings = ["", "plain", "ä\n\"quoted\"\\ \u{7f}\u{1f}", "日本語 😀 \u{2028}", "a/b"]
        var reader = JSONReader([UInt8](try JSONSerialization.data(withJSONObject: strings)))
        var found: [String] = []
        try reader.array { found.append(String(decoding: try $0.string(), as: UTF8.self)) }
        #expect(found == strings)
    }
}
