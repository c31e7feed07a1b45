/// Rows of bars that consist of parts.
package struct StackedBars {
    /// A part of a bar.
    package struct Part {
        /// Its colour.
        let style: String
        /// How much it is.
        let value: Double
        /// What is written on it where there is room.
        let name: String
        /// What a pointer on it shows.
        let tooltip: String

        /// A part of `value`.
        package init(style: String, value: Double, name: String, tooltip: String) {
            (self.style, self.value) = (style, value)
            (self.name, self.tooltip) = (name, tooltip)
        }
    }

    /// One bar.
    package struct Row {
        let name: String
        let parts: [Part]
        let note: String
        let mark: Double?

        /// A bar.
        ///
        /// - Parameters:
        ///   - name: its label on the left.
        ///   - parts: its parts from left to right.
        ///   - note: its label on the right.
        ///   - mark: a value that a line crosses the bar at; nil for none.
        package init(name: String, parts: [Part], note: String, mark: Double? = nil) {
            (self.name, self.parts, self.note, self.mark) = (name, parts, note, mark)
        }
    }

    /// How wide a bar is at least on any page, and on a wide one, in pixels.
    private static let (least, wide) = (300.0, 640.0)
    private let rows: [Row]
    private let whole: Double
    private let description: String

    /// Bars of which one of the whole width is `whole`; `description` says what they show.
    package init(rows: [Row], whole: Double, description: String) {
        (self.rows, self.whole, self.description) = (rows, max(whole, 1e-300), description)
    }

    /// The picture.
    package var html: String {
        tag(
            "div", ["class": "bars", "role": "img", "aria-label": description],
            rows.map(drawn).joined())
    }

    private func drawn(_ row: Row) -> String {
        let parts = row.parts.filter { $0.value > 0 }.map { part in
            let share = part.value / whole
            let room = 7.5 * Double(part.name.count) + 8
            let name =
                share * Self.wide < room
                ? ""
                : tag(
                    "span", share * Self.least < room ? ["class": "wide-bar"] : [:],
                    escaped(part.name))
            return tag(
                "i",
                [
                    "class": part.style, "style": "width:\(percentage(share))",
                    "title": part.tooltip,
                ], name)
        }
        let mark = row.mark.map { value in
            tag("b", ["class": "mark", "style": "left:\(percentage(value / whole))"])
        }
        return tag(
            "div", ["class": "row"],
            tag("div", ["class": "name"], escaped(row.name))
                + tag("div", ["class": "bar"], parts.joined() + (mark ?? ""))
                + tag("div", ["class": "note"], escaped(row.note)))
    }
}
