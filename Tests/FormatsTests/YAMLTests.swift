import Diagnostics
import Formats
import Testing

@Suite("YAML")
struct YAMLTests {
    /// What an emitter must not write as it is, beside what it may.
    static let texts = [
        "", " ", "a", "eng_Latn", "/data/x.yaml", "../x", "a b", "a: b", "a #b", "#a", "-", "- a",
        "-a", "---", "1", "1.5", "1e3", "0x1f", "1_000", "2024-01-01", ".5", ".inf", "+1", "~",
        "null", "True", "yes", "No", "ON", "off", "y", "N", "{a", "[a", "a, b", "*a", "&a", "!a",
        "%a", "@a", "`a", "'", "\"", "\\", "a\\n", "a\nb", "\t", "\r", "\u{0}", "\u{7f}",
        "\u{85}", "\u{a0}", "\u{2028}", "a\u{feff}b", "ä", "語", "🙂", "?", "? a", ":", "=", "<<",
    ]

    @Test("Every string reads back as it was, as a value, a key and an element", arguments: texts)
    func strings(text: String) throws {
        let tree = YAMLTree.mapping([
            .init("value", .text(text)), .init(text.isEmpty ? "-" : text + "'", .plain("1")),
            .init("list", .list([.text(text), .text(text)])),
            .init("mappings", .list([.mapping([.init("inner", .text(text))])])),
        ])
        let root = try #require(try parseYAML(tree.yaml) { "line \($0)" })
        #expect(root["value"]?.any as? String == text)
        #expect(root[text.isEmpty ? "-" : text + "'"]?.any as? Int == 1)
        #expect(root["list"]?.any as? [String] == [text, text])
        #expect(root["mappings"]?[0]?["inner"]?.any as? String == text)
    }

    @Test("Words, codes and paths are plain; what another reader may take for a value is quoted")
    func quotes() {
        for text in ["eng_Latn", "/r/data.yaml", "one-minus-sqrt", "a.b", "_x", "nothing"] {
            #expect(YAMLTree.text(text).flow == text)
        }
        for text in ["no", "TRUE", "12", "1a", ".5", "-a", "a b", "", "https://host/x"] {
            #expect(YAMLTree.text(text).flow == "\"\(text)\"")
        }
        #expect(YAMLTree.plain("8e-5").flow == "8e-5")
    }

    @Test("Text that is not YAML is refused with its line")
    func mistakes() {
        func message(_ text: String) -> String {
            do {
                _ = try parseYAML(text) { "file:\($0)" }
                return "none"
            } catch { return "\(error)" }
        }
        #expect(message("a: 1\nb: [1\nc: 2").hasPrefix("file:3: expected YAML, found a mistake ("))
        #expect(
            message("a: 1\nb: \u{1}\n") == """
                file:2: expected YAML, found a mistake (control characters are not allowed). Fix \
                the text there, or in the line before.
                """)
        #expect(
            message("a: 1\nb: 2\na: 3") == """
                file:1: expected every key once, found a twice. Keep one of them.
                """)
        #expect(message("") == "none")
    }
}
