import Pages
import Testing

@Suite("Markup of pages")
struct MarkupTests {
    private let hostile = "</style><script>\"x\"&\u{1b}[2J"

    @Test("Names from files are text, in elements, attributes and style sheets")
    func hostileNames() {
        let table = PageTable(
            name: "t", headings: ["a", hostile, "c", "d"],
            rows: [[hostile, String(repeating: "x", count: 50), "", ""]])
        let bars = StackedBars(
            rows: [
                .init(
                    name: hostile,
                    parts: [.init(style: "l0", value: 1, name: hostile, tooltip: hostile)],
                    note: hostile)
            ], whole: 1, description: hostile)
        for html in [table.html, bars.html, page(title: hostile, heading: "", subheading: "", "")] {
            #expect(!html.contains("<script") && !html.contains("\u{1b}"))
            let closed = html.components(separatedBy: "</style>").count
            #expect(html.components(separatedBy: "<style>").count == closed)
        }
    }

    @Test("A page has no script, and a policy that forbids one")
    func policy() {
        let html = page(title: "t", heading: "h", subheading: "s", "content")
        #expect(html.contains("default-src 'none'") && !html.contains("<script"))
        #expect(html.contains("content</main>"))
    }

    @Test("A table that fits no narrow page names its values by their headings")
    func blocks() {
        let wide = PageTable(
            name: "wide", headings: (0..<9).map { "heading \($0)" },
            rows: [(0..<9).map { "value \($0)" }])
        #expect(wide.html.contains("#table-wide td:nth-child(9)::before{content:\"heading 8\"}"))
        let narrow = PageTable(name: "narrow", headings: ["a", "b"], rows: [["1", "2"]])
        #expect(!narrow.html.contains("<style>"))
    }

    @Test("Curves have places on the plot, whatever their values are")
    func curves() {
        let axis = ClockAxis([.init(name: "a", tokens: 100), .init(name: "b", tokens: 1)])
        let stack = CurveStack(
            axis,
            [
                .init(
                    title: "values", text: { "\($0)" }, spread: .logarithmic,
                    curves: [
                        .init(
                            column: 0, style: "s0",
                            points: [(-5, 0), (0, 1e300), (50, 3), (1e30, 1e-300)])
                    ]),
                .init(title: "without curves", text: { "\($0)" }, curves: []),
            ])
        let places = stack.html.matches(of: #/[ML](-?\d+) (-?\d+)/#)
        #expect(!places.isEmpty && !stack.html.contains("without curves"))
        for place in places {
            #expect((0...2000).contains(Int(place.1) ?? -1), "\(place.0)")
            #expect((0...1000).contains(Int(place.2) ?? -1), "\(place.0)")
        }
    }
}
