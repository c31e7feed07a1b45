import Reporting
import Testing

@Suite("Tables")
struct TableTests {
    @Test("Columns line up, names to the left and numbers to the right, without spaces at the end")
    func text() {
        var table = TextTable(headings: ["language", "tokens"])
        table.add(["deu_Latn", "1"])
        table.add(["of", "1,000,000"])
        #expect(
            table.text(indentation: 2) == """
                  language     tokens
                  deu_Latn          1
                  of        1,000,000
                """)
    }

    @Test("A last column to the left ends where its text ends, and an empty cell leaves nothing")
    func alignments() {
        let table = TextTable(
            columns: [.right, .left],
            rows: [["1", "one"], ["10", ""], ["", ""], ["2", "größer"]])
        #expect(table.lines() == [" 1  one", "10", "", " 2  größer"])
        #expect(TextTable(columns: [.left]).text() == "")
    }

    @Test("Markdown has a rule below the headings that puts numbers to the right")
    func markdown() {
        var table = MarkdownTable(headings: ["stage", "tokens", "loss"])
        table.add(["pretrain", "200M", "–"])
        #expect(
            table.text == """
                | stage | tokens | loss |
                |---|---:|---:|
                | pretrain | 200M | – |
                """)
        let small = MarkdownTable(headings: ["stage"], rows: [["one"]])
        #expect(small.text == "| stage |\n|---|\n| one |")
    }
}
