/// Points or lines over two axes, a colour for each series.
package struct PointChart {
    /// What belongs together.
    package struct Series {
        /// Its colour.
        package let style: String
        /// Places: to the right, and up.
        package let points: [(x: Double, y: Double)]
        /// What a pointer on it shows.
        package let tooltip: String

        /// A series of `points`.
        package init(style: String, points: [(x: Double, y: Double)], tooltip: String = "") {
            (self.style, self.points, self.tooltip) = (style, points, tooltip)
        }
    }

    /// An axis: what it measures, and how values are written.
    package struct Axis {
        let title: String
        let isLogarithmic: Bool
        let text: (Double) -> String

        /// An axis from the least to the largest value, or from 0 where it is not logarithmic.
        package init(
            title: String, isLogarithmic: Bool = true, text: @escaping (Double) -> String
        ) {
            (self.title, self.isLogarithmic, self.text) = (title, isLogarithmic, text)
        }

        /// Values above 0 alone are on a logarithmic axis.
        func holds(_ value: Double) -> Bool { value.isFinite && (!isLogarithmic || value > 0) }
    }

    private let series: [Series]
    private let horizontal, vertical: Axis
    private let isLine: Bool

    /// A chart of `series`; with `isLine`, neighbouring points are joined.
    package init(series: [Series], horizontal: Axis, vertical: Axis, isLine: Bool) {
        self.series = series.map { one in
            Series(
                style: one.style,
                points: one.points.filter { horizontal.holds($0.x) && vertical.holds($0.y) },
                tooltip: one.tooltip)
        }
        (self.horizontal, self.vertical, self.isLine) = (horizontal, vertical, isLine)
    }

    /// The picture; nothing where there are no points.
    package var html: String {
        let points = series.flatMap(\.points)
        guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
            let low = points.map(\.y).min(), let high = points.map(\.y).max()
        else { return "" }
        let across =
            horizontal.isLogarithmic
            ? ValueScale(logarithmic: left / 1.1, right * 1.1, count: 7)
            : ValueScale(to: right, count: 5)
        let up =
            vertical.isLogarithmic
            ? ValueScale(logarithmic: low / 1.15, high * 1.15, count: 8) : ValueScale(upTo: high)
        var plot = Plot()
        plot.grid(up: up.ticks.map(up.part), across: across.ticks.map(across.part))
        for one in series {
            let places = one.points.map { (across.part($0.x), up.part($0.y)) }
            if isLine {
                plot.curve(places, style: one.style, tooltip: one.tooltip)
            } else {
                plot.dots(
                    places, style: points.count < 300 ? "\(one.style) few" : one.style,
                    tooltip: one.tooltip)
            }
        }
        return tag(
            "div", ["class": "points"],
            tag("h4", [:], escaped(vertical.title))
                + tag(
                    "div", ["class": "side"],
                    up.ticks.map { AxisLabel.up(vertical.text($0), at: up.part($0)) }.joined())
                + tag(
                    "div", ["class": "plot"],
                    plot.svg("\(vertical.title) over \(horizontal.title)"))
                + tag("div")
                + tag(
                    "div", ["class": "clock"],
                    across.ticks.map {
                        AxisLabel.across(horizontal.text($0), at: across.part($0))
                    }.joined())
                + tag("h4", ["class": "below"], escaped(horizontal.title)))
    }
}
