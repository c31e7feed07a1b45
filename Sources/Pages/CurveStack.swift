import Reporting

/// Curves over the clock, one chart below the other over the same phases.
package struct CurveStack {
    /// A curve in one of the columns.
    package struct Curve {
        /// The column's place.
        package let column: Int
        /// Its colour, and `faint` for one of many.
        package let style: String
        /// What a pointer on it shows.
        package let tooltip: String
        /// Values over the column's clock; a single one is a dot.
        package let points: [(tokens: Double, value: Double)]
        /// What the values lie between, where they are means.
        package var band: [(tokens: Double, low: Double, high: Double)] = []

        /// A curve through `points`.
        package init(
            column: Int, style: String, tooltip: String = "",
            points: [(tokens: Double, value: Double)]
        ) {
            (self.column, self.style, self.tooltip) = (column, style, tooltip)
            self.points = points
        }
    }

    /// One chart.
    package struct Chart {
        /// How high it is.
        package enum Height: String {
            /// As schedules are.
            case low
            /// As parts of a whole are.
            case medium
            /// As what matters most is.
            case high
        }

        /// How its values are spread over the height.
        package enum Spread {
            /// From 0 up.
            case fromZero
            /// Equal distances for equal ratios, values above 0 alone.
            case logarithmic
        }

        /// What it shows.
        package let title: String
        /// How a value is written.
        package let text: (Double) -> String
        /// How its values are spread over the height.
        package let spread: Spread
        /// How high it is.
        package let height: Height
        /// Its curves, later ones over earlier ones.
        package let curves: [Curve]

        /// A chart of `curves`.
        package init(
            title: String, text: @escaping (Double) -> String, spread: Spread = .fromZero,
            height: Height = .low, curves: [Curve]
        ) {
            (self.title, self.text, self.spread) = (title, text, spread)
            (self.height, self.curves) = (height, curves)
        }
    }

    /// A moment that is marked in every chart.
    package struct Moment {
        let column: Int
        let tokens: Double
        let tooltip: String

        /// A moment of a column's clock.
        package init(column: Int, tokens: Double, tooltip: String) {
            (self.column, self.tokens, self.tooltip) = (column, tokens, tooltip)
        }
    }

    private let axis: ClockAxis
    private let charts: [Chart]
    private let moments: [Moment]

    /// Those of `charts` that have curves, over `axis`.
    package init(_ axis: ClockAxis, _ charts: [Chart], moments: [Moment] = []) {
        (self.axis, self.moments) = (axis, moments)
        self.charts = charts.filter { $0.curves.contains { !$0.points.isEmpty } }
    }

    /// The picture.
    package var html: String {
        guard !charts.isEmpty else { return "" }
        let widths = axis.shares.map { "minmax(0,\(whole($0 * 1000))fr)" }
        let clocks = axis.columns.indices.map { index in
            tag(
                "div", ["class": "clock"],
                axis.labels(index) { $0 == 0 ? "0" : shortCount(whole($0)) })
        }
        return tag(
            "div",
            [
                "class": "stack",
                "style": "grid-template-columns:var(--side) \(widths.joined(separator: " "))",
            ],
            heads + charts.map(drawn).joined() + tag("div") + clocks.joined())
    }

    /// The phases' names over their columns.
    private var heads: String {
        tag("div")
            + axis.columns.map { column in
                tag(
                    "div", ["class": "head"],
                    escaped(column.name) + " " + tag("small", [:], escaped(column.note)))
            }.joined()
    }

    private func drawn(_ chart: Chart) -> String {
        let scale = scale(of: chart)
        let labels = scale.ticks.map { AxisLabel.up(chart.text($0), at: scale.part($0)) }
        let plots = axis.columns.indices.map { index in
            tag(
                "div", ["class": "plot \(chart.height.rawValue)"],
                plot(chart, column: index, scale: scale)
                    .svg("\(chart.title), \(axis.columns[index].name)"))
        }
        return tag("h4", [:], escaped(chart.title))
            + tag("div", ["class": "side"], labels.joined()) + plots.joined()
    }

    private func scale(of chart: Chart) -> ValueScale {
        let values = chart.curves.flatMap { curve in
            curve.points.map(\.value) + curve.band.flatMap { [$0.low, $0.high] }
        }.filter { chart.spread == .fromZero || $0 > 0 }
        let (least, most) = (values.min() ?? 1, values.max() ?? 1)
        switch chart.spread {
        case .fromZero: return ValueScale(upTo: max(most, 1e-12), count: 3)
        case .logarithmic:
            let room = max(0.04, 0.06 * (most / least - 1))
            return ValueScale(
                logarithmic: least / (1 + min(room, 0.3)), most * (1 + min(room, 0.3)),
                count: chart.height == .high ? 7 : 5)
        }
    }

    /// One column of a chart; curves that are alike are drawn once.
    private func plot(_ chart: Chart, column index: Int, scale: ValueScale) -> Plot {
        let column = axis.columns[index]
        var plot = Plot()
        plot.grid(up: scale.ticks.map(scale.part))
        for moment in moments where moment.column == index {
            plot.mark(at: column.part(moment.tokens), tooltip: moment.tooltip)
        }
        let curves = chart.curves.filter { $0.column == index }
        for curve in curves where !curve.band.isEmpty {
            plot.band(
                curve.band.map {
                    (column.part($0.tokens), scale.part($0.low), scale.part($0.high))
                },
                style: curve.style)
        }
        var drawn: [[Double]] = []
        for curve in curves {
            let places = curve.points.map { (column.part($0.tokens), scale.part($0.value)) }
            let numbers = places.flatMap { [$0.0, $0.1] }
            guard !places.isEmpty, curve.style.contains("faint") || !drawn.contains(numbers) else {
                continue
            }
            if !curve.style.contains("faint") { drawn.append(numbers) }
            plot.curve(places, style: curve.style, tooltip: curve.tooltip)
        }
        return plot
    }
}
