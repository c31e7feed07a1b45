import Diagnostics
import Reporting
import Synchronization
import Testing

@Suite("Names of other people")
struct VisibleTextTests {
    @Test("steer no terminal: control characters are written as escapes")
    func escapes() {
        let name = "\u{1b}[31mred\u{7}\r\n\u{9b}2J\u{202e}\u{2028}\u{feff}é東\u{200d}🙂"
        #expect(
            visible(name)
                == #"\u{1B}[31mred\u{7}\u{D}\u{A}\u{9B}2J\u{202E}\u{2028}\u{FEFF}é東"# + "\u{200d}🙂")
        #expect(visible("a\n\tb\u{1b}", keepsLines: true) == "a\n\tb\\u{1B}")
        #expect(visible("plain ü") == "plain ü")
    }

    @Test("stay on the line of a message, a status line and a table's cell")
    func lines() {
        let name = "x\u{1b}]0;title\u{7}\n"
        let error = InputError(at: name, expected: name, found: name, remedy: "Rename it.")
        let shown = #"x\u{1B}]0;title\u{7}\u{A}"#
        #expect("\(error)" == "\(shown): expected \(shown), found \(shown). Rename it.")
        #expect(error.location == name)

        let written = Mutex("")
        let status = StatusLine(.log) { text in written.withLock { $0 += text } }
        status.show(name)
        status.note("a\n\(name)")
        #expect(written.withLock { $0 } == "\(shown)\na\nx\\u{1B}]0;title\\u{7}\n\n")

        var table = TextTable(headings: ["name", "tokens"])
        table.add([name, "1"])
        #expect(table.lines().count == 2 && table.lines()[1].hasPrefix("\(shown)  "))
    }

    @Test("are no markup in Markdown")
    func markdown() {
        #expect(
            Reporting.markdown("<script>a|b\n`c` *d* [e](f) & g_h")
                == #"&lt;script&gt;a\|b\\u{A}\`c\` \*d\* \[e\](f) &amp; g_h"#)
        #expect(Reporting.markdown("deu_Latn") == "deu_Latn")
        #expect(markdownCode("shards/manifest.yaml") == "`shards/manifest.yaml`")
        #expect(markdownCode("a`b") == #"a\`b"#)
        let table = MarkdownTable(headings: ["a\nb"], rows: [["c\nd"]])
        #expect(table.text == "| a\\u{A}b |\n|---|\n| c\\u{A}d |")
    }
}
