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

    @Test func `lists of whole numbers are found beside text, other values ignored`() throws {
        func read(_ line: String) throws -> (text: String?, ids: [Int32]?, labels: [Int32]?) {
            let (text, numbers) = try JSONLine.text(
                for: "text", numbers: ["input_ids", "labels"], in: Array(line.utf8))
            return (text.map { String(decoding: $0, as: UTF8.self) }, numbers[0], numbers[1])
        }
        #expect(try read(#"{"text": "a", "labels": 1}"#) == ("a", nil, nil))
        #expect(try read(#"{"text": "a", "score": NaN, "x": [Infinity]}"#) == ("a", nil, nil))
        #expect(try read(#"{"text": "\ud83d", "text": "\udc00b"}"#) == ("\u{fffd}b", nil, nil))
        #expect(try read(#"{"input_ids": [2, 5.0, 1], "labels": []}"#) == (nil, [2, 5, 1], []))
        #expect(try read(#"{"input_ids": [1, "a", [2]], "labels": [-100, 7]}"#).ids == nil)
        #expect(try read(#"{"input_ids": [1.5], "labels": [4e9]}"#) == (nil, nil, nil))
        #expect(try read(#"{"input_ids": [1], "input_ids": [2], "text": null}"#).ids == [2])
        for line in [#"{"text": "a",}"#, #"{"input_ids": [1,]}"#, #"{"text": "a"},"#, "[]", " "] {
            #expect(throws: JSONLine.Problem.malformed) { try read(line) }
        }
    }

    @Test func `what Foundation writes is read back`() throws {
        for sample in ["", "plain", "ä\n\"quoted\"\\ \u{7f}\u{1f}", "日本語 😀 \u{2028}", "a/b"] {
            let object: [String: Any] = ["text": sample, "id": 7, "tags": ["x", sample]]
            let line = try JSONSerialization.data(withJSONObject: object)
            #expect(try text(String(decoding: line, as: UTF8.self)) == sample)
        }
    }
}
