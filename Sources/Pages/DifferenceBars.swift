/// Bars to both sides of zero: below it to the left, above it to the right.
package struct DifferenceBars {
    /// One bar.
    package struct Row {
        let name: String
        let value: Double
        let text: String

        /// The bar of `value`, which is written as `text`.
        package init(name: String, value: Double, text: String) {
            (self.name, self.value, self.text) = (name, value, text)
        }
    }

    private let rows: [Row]
    private let most: Double

    /// Bars of which those of the full width are `most` long.
    package init(rows: [Row], most: Double) {
        (self.rows, self.most) = (rows, max(most, 1e-300))
    }

    /// The picture.
    package var html: String {
        let content = rows.map { row in
            let width = min(abs(row.value) / most, 1) / 2
            let left = row.value < 0 ? 0.5 - width : 0.5
            return tag("div", ["class": "name"], escaped(row.name))
                + tag(
                    "div", ["class": "difference"],
                    tag(
                        "i",
                        [
                            "class": row.value < 0 ? "better" : "worse",
                            "style": "left:\(percentage(left));width:\(percentage(width))",
                        ]))
                + tag("div", ["class": "value"], escaped(row.text))
        }
        return tag("div", ["class": "differences"], content.joined())
    }
}
