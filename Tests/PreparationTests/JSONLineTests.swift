import Foundation
import Preparation
import Testing

@Suite struct JSONLineTests {
    private func text(_ line: String) throws -> String {
        String(decoding: try JSONLine.string(for: "text", in: Array(line.utf8)), as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"text":"a"}"#, "a"), (#" { "text" : "a" } "#, "a"),
        (#"{"a":{"text":"no"},"text":"yes","b":[[],{},"]"]}"#, "yes"),
        (#"{"text":"first","text":"last"}"#, "last"),
        (#"{"a":NaN,"b":-Infinity,"text":"as Python writes"}"#, "as Python writes"),
        (#"{"n":-1.5e+3,"t":true,"z":null,"text":""}"#, ""),
        (#"{"text":"\"\\\/\b\f\n\r\t"}"#, "\"\\/\u{8}\u{c}\n\r\t"),
        (#"{"text":"\u0041\u00E9\u20ac\ud834\udd1e"}"#, "Aé€𝄞"),
        (#"{"text":"\ud834x\udd1e\ud834\u0041"}"#, "\u{fffd}x\u{fffd}\u{fffd}A"),
        (#"{"te\u0078t":"escaped key"}"#, "escaped key"),
    ])
    func `the string under the key is found and unescaped`(line: String, expected: String) throws {
        #expect(try text(line) == expected)
    }

    @Test(arguments: [
        "", "{", "}", "[]", "\"text\"", #"{"text"}"#, #"{"text":}"#, #"{"text":"a"#,
        #"{"text":"a"}}"#,
        #"{"text":"a",}"#, #"{"text":"a","b":[1,]}"#, #"{"text":"a","b":undefined}"#,
        #"{"text":"\x"}"#, #"{"text":"\u12"}"#, #"{"text":"\u12g4"}"#,
        "{\"text\":\"a\u{1}b\"}", #"{"a":[1,"text":"b"}"#, #"{"text":"a"} x"#,
    ])
    func `what is not a JSON object is refused`(line: String) {
        #expect(throws: JSONLine.Problem.malformed) { try text(line) }
    }

    @Test(arguments: ["{}", #"{"text":1}"#, #"{"text":["a"]}"#, #"{"other":"a"}"#])
    func `an object without the string is told apart`(line: String) {
        #expect(throws: JSONLine.Problem.noText) { try text(line) }
    }

    @Test func `what Foundation writes is read back`() throws {
        for sample in ["", "plain", "ä\n\"quoted\"\\ \u{7f}\u{1f}", "日本語 😀 \u{2028}", "a/b"] {
            let object: [String: Any] = ["text": sample, "id": 7, "tags": ["x", sample]]
            let line = try JSONSerialization.data(withJSONObject: object)
            #expect(try text(String(decoding: line, as: UTF8.self)) == sample)
        }
    }
}
