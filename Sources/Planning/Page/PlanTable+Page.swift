extension PlanTable {
    /// The table as markup.
    var html: String {
        let head = tag("thead", [:], tag("tr", [:], cells("th", headings)))
        let body = tag("tbody", [:], rows.map { tag("tr", [:], cells("td", $0)) }.joined())
        return tag("div", ["class": "table"], tag("table", [:], head + body))
    }

    private func cells(_ name: String, _ texts: [String]) -> String {
        texts.enumerated().map { column, text in
            column < leftColumns
                ? tag(name, ["class": "left"], escaped(text)) : tag(name, [:], escaped(text))
        }.joined()
    }
}
