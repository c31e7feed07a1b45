import Runs
import Testing

@Suite("The table of losses")
struct LossTableTests {
    private let table = LossTable(
        groups: [
            .init(name: "pretrain", languages: ["eng_Latn", "deu_Latn"]),
            .init(name: "decay-all", languages: ["fao_Latn"]),
        ],
        evaluations: [
            EvaluationRecord(
                stage: "pretrain", step: 0, tokens: 0, isStageEnd: false,
                losses: ["eng_Latn": 6, "deu_Latn": 8, "fao_Latn": 10]),
            EvaluationRecord(
                stage: "pretrain", step: 40, tokens: 5000, isStageEnd: true,
                losses: ["eng_Latn": 2.5, "deu_Latn": 3.5]),
            EvaluationRecord(
                stage: "merge", step: 80, tokens: 9000, isStageEnd: true,
                losses: ["eng_Latn": 2.25, "deu_Latn": 3.25, "fao_Latn": 4.0625]),
        ])

    @Test("shows languages' names as they are, whatever they mean in Markdown or HTML")
    func names() {
        let table = LossTable(
            groups: [.init(name: "a", languages: ["<script>x</script>|\n"])], evaluations: [])
        #expect(
            table.markdown.split(separator: "\n").contains(
                "| &lt;script&gt;x&lt;/script&gt;\\|\\\\u{A} |"))
    }

    @Test("has a line for every language and the means of groups, in Markdown")
    func markdown() {
        #expect(
            table.markdown == """
                | language | start | pretrain | merge |
                |---|---:|---:|---:|
                | **2 from pretrain** | 7.000 | 3.000 | 2.750 |
                | eng_Latn | 6.000 | 2.500 | 2.250 |
                | deu_Latn | 8.000 | 3.500 | 3.250 |
                | **1 from decay-all** | 10.000 | – | 4.062 |
                | fao_Latn | 10.000 | – | 4.062 |
                | **all 3** | 8.000 | 3.000 | 3.188 |

                """)
    }

    @Test("has columns that line up on a terminal")
    func text() {
        #expect(
            table.text() == """
                held-out loss      start  pretrain  merge
                2 from pretrain    7.000     3.000  2.750
                  eng_Latn         6.000     2.500  2.250
                  deu_Latn         8.000     3.500  3.250
                1 from decay-all  10.000         –  4.062
                  fao_Latn        10.000         –  4.062
                all 3              8.000     3.000  3.188
                """)
    }

    @Test("leaves single languages out on a terminal where there are many")
    func manyLanguages() {
        let text = table.text(maximumLanguages: 2)
        #expect(text.split(separator: "\n").count == 4)
        #expect(!text.contains("eng_Latn"))
    }
}
