/// Values of several series beside each other, a line for each thing that is measured: dots, with
/// their intervals as bars, over one scale from 0.
package struct DotRows {
    /// A value.
    package struct Dot {
        let style: String
        let value: Double
        let halfWidth: Double
        let isHollow: Bool
        let tooltip: String

        /// A value.
        ///
        /// - Parameters:
        ///   - style: its colour.
        ///   - halfWidth: how far its interval reaches to both sides.
        ///   - isHollow: whether it is a ring.
        ///   - tooltip: what a pointer on it shows.
        package init(
            style: String, value: Double, isHollow: Bool = false, halfWidth: Double = 0,
            tooltip: String
        ) {
            (self.style, self.value, self.isHollow) = (style, value, isHollow)
            (self.halfWidth, self.tooltip) = (halfWidth, tooltip)
        }
    }

    /// A line.
    package struct Row {
        let name: String
        let dots: [Dot]
        let text: String

        /// A line of dots; later ones lie over earlier ones.
        ///
        /// - Parameters:
        ///   - name: its label on the left.
        ///   - text: what is written on the right.
        package init(name: String, dots: [Dot], text: String = "") {
            (self.name, self.dots, self.text) = (name, dots, text)
        }
    }

    private let rows: [Row]
    private let scale: ValueScale
    private let format: (Double) -> String
    private let description: String

    /// Lines over a scale up to the largest value.
    ///
    /// - Parameters:
    ///   - format: how a value is written below.
    ///   - description: what the picture shows, for those who do not see it.
    package init(rows: [Row], description: String, format: @escaping (Double) -> String) {
        (self.rows, self.description, self.format) = (rows, description, format)
        let most = rows.flatMap(\.dots).map { $0.value + $0.halfWidth }.filter(\.isFinite).max()
        scale = ValueScale(upTo: most ?? 1)
    }

    /// The picture; nothing without a dot.
    package var html: String {
        guard rows.contains(where: { !$0.dots.isEmpty }) else { return "" }
        let grid = scale.ticks.map { tick in
            tag("u", ["style": "left:\(percentage(scale.part(tick)))"])
        }.joined()
        let labels = scale.ticks.map { AxisLabel.across(format($0), at: scale.part($0)) }
        let lines = rows.map { row in
            tag("div", ["class": "name"], escaped(row.name))
                + tag("div", ["class": "track"], grid + row.dots.map(drawn).joined())
                + tag("div", ["class": "value"], escaped(row.text))
        }
        return tag(
            "div", ["class": "dot-rows", "role": "img", "aria-label": description],
            lines.joined() + tag("div") + tag("div", ["class": "clock"], labels.joined())
                + tag("div"))
    }

    private func drawn(_ dot: Dot) -> String {
        let low = scale.part(dot.value - dot.halfWidth)
        let high = scale.part(dot.value + dot.halfWidth)
        let bar =
            dot.halfWidth > 0
            ? tag(
                "i",
                [
                    "class": "interval \(dot.style)",
                    "style": "left:\(percentage(low));width:\(percentage(high - low))",
                    "title": dot.tooltip,
                ]) : ""
        return bar
            + tag(
                "i",
                [
                    "class": (dot.isHollow ? "dot ring " : "dot ") + dot.style,
                    "style": "left:\(percentage(scale.part(dot.value)))", "title": dot.tooltip,
                ])
    }
}
