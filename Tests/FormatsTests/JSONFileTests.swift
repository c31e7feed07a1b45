import Diagnostics
import Formats
import TestSupport
import Testing

@Suite("A file that is read as JSON")
struct JSONFileTests {
    private struct Value: Decodable {
        let count: Int
        let names: [String]?
        let share: Float?
    }

    @Test(
        "that is none is an error of what stands there and in which line",
        arguments: [
            ("", "an empty file"), ("  \n", "the end in line 2"),
            ("hello", "\"hello\" in line 1"), ("{\n\"count\": 5\n", "the end in line 3"),
            ("{\"count\":\n }", "\"}\" in line 2"), ("{\"count\": 5} x", "\"x\" in line 1"),
            ("{\"count\" 5}", "\"5}\" in line 1"),
        ])
    func noJSON(text: String, found: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "config.json")
        let error = try #require(throws: InputError.self) {
            try JSONFile.readPlain(path, as: Value.self)
        }
        #expect(error.location == path && error.expected == "valid JSON")
        #expect(error.found == found)
        #expect(!error.description.contains(".."))
    }

    @Test("with a value of another kind is an error of its key, in words of JSON")
    func otherKind() throws {
        let folder = try TemporaryFolder()
        let cases: [(text: String, key: String?, expected: String)] = [
            ("[1]", nil, "an object"), ("{\"count\": \"5\"}", "count", "an integer"),
            ("{\"count\": 5, \"names\": 1}", "names", "a list"),
            ("{\"count\": 5, \"names\": [1]}", "names[0]", "a string"),
            ("{\"count\": 5, \"share\": true}", "share", "a number"),
        ]
        for (text, key, expected) in cases {
            let path = try folder.write(text, to: "config.json")
            let error = try #require(throws: InputError.self) {
                try JSONFile.readPlain(path, as: Value.self)
            }
            #expect(error.location == (key.map { "\(path): \($0)" } ?? path))
            #expect(error.expected == expected && error.found == "a value of another kind")
        }
    }

    @Test("with values too deep in one another is told from one with a wrong number")
    func deepValues() throws {
        let folder = try TemporaryFolder()
        func found(_ value: String) throws -> String? {
            let path = try folder.write("{\"count\": 5, \"x\": \(value)}", to: "config.json")
            do {
                _ = try JSONFile.readPlain(path, as: Value.self)
            } catch let error as InputError {
                return error.found
            }
            return nil
        }
        let (open, close) = (String(repeating: "[", count: 600), String(repeating: "]", count: 600))
        #expect(try found(open + close) == "values more than 512 deep in one another")
        #expect(try found("\"\(open)\"") == nil)
    }

    @Test("with a number that its key cannot hold is told from one that is no JSON")
    func largeNumber() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("{\"count\": 1e99}", to: "config.json")
        let error = try #require(throws: InputError.self) {
            try JSONFile.readPlain(path, as: Value.self)
        }
        #expect(error.location == path)
        #expect(error.found == "a number that its key cannot hold, or that is none")
    }
}
