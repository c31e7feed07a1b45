import Foundation
import Reporting

/// Curves over the clock, one chart below the other over the same phases.
struct CurveStack {
    /// One chart.
    struct Curve {
        /// What it shows.
        let title: String
        /// The value at a point of the schedules; nil for none.
        let value: (StagePlan, TimelinePoint) -> Double?
        /// How a value is written.
        let text: (Double) -> String
        /// Whether the axis is logarithmic.
        var isLogarithmic = false
    }

    private static let width = 960.0
    private static let (chart, gap, top) = (84.0, 42.0, 58.0)
    private let axis: PhaseAxis
    private let curves: [Curve]

    /// The curves of `stages`.
    init(_ stages: [StagePlan], _ curves: [Curve]) {
        axis = PhaseAxis(stages, left: 64, right: Self.width - 8)
        self.curves = curves.filter { curve in
            stages.contains { stage in
                stage.timeline.contains { curve.value(stage, $0) != nil }
            }
        }
    }

    /// The picture.
    var svg: String {
        let charts = curves.enumerated().map { index, curve in
            drawn(curve, y: Self.top + Double(index) * (Self.chart + Self.gap))
        }
        let bottom = Self.top + Double(curves.count) * (Self.chart + Self.gap) - Self.gap
        let names = curves.map { $0.title.lowercased() }.joined(separator: ", ")
        return picture(
            width: Self.width, height: bottom + 24, description: "Over the clock: \(names)",
            heads + charts.joined() + clock(y: bottom + 16))
    }

    /// The phases' names over their columns.
    private var heads: String {
        axis.columns.map { column in
            let names = column.stages.map(\.plan.name)
            let name = names.count == 1 ? names[0] : commonName(names)
            return label(name, x: column.left, y: 14, style: "head")
        }.joined()
    }

    private func commonName(_ names: [String]) -> String {
        let phase = names[0].split(separator: "-").first.map(String.init) ?? names[0]
        return "\(phase), \(names.count) variants"
    }

    private func clock(y: Double) -> String {
        axis.columns.map { column in
            column.ticks.map { tokens in
                label(
                    tokens == 0 ? "0" : shortCount(tokens), x: column.x(tokens), y: y,
                    anchor: tokens == 0 ? "start" : "middle")
            }.joined()
        }.joined()
    }

    private func drawn(_ curve: Curve, y: Double) -> String {
        let values = axis.columns.flatMap(\.stages).flatMap { stage in
            stage.plan.timeline.compactMap { curve.value(stage.plan, $0) }
        }
        guard let most = values.max(), let least = values.min() else { return "" }
        let scale =
            curve.isLogarithmic
            ? ValueScale(logarithmic: least / 2, most * 2, from: y + Self.chart, to: y)
            : ValueScale(upTo: max(most, 1e-12), from: y + Self.chart, to: y, count: 3)
        var content = label(curve.title, x: 0, y: y - 14, style: "title")
        for column in axis.columns {
            content += rectangle(
                x: column.left, y: y, width: column.right - column.left, height: Self.chart,
                style: "panel")
            for tick in scale.ticks {
                let place = scale.place(tick)
                content += line(
                    x1: column.left, y1: place, x2: column.right, y2: place, style: "grid")
            }
            content += lines(curve, in: column, scale: scale)
        }
        for tick in scale.ticks {
            content += label(
                curve.text(tick), x: 56, y: scale.place(tick) + 3.5, anchor: "end")
        }
        return content
    }

    /// The curve of each variant, equal ones once.
    private func lines(_ curve: Curve, in column: PhaseAxis.Column, scale: ValueScale) -> String {
        var seen: Set<String> = []
        return column.stages.map { stage in
            let points = stage.plan.timeline.compactMap { point in
                curve.value(stage.plan, point).map { value in
                    "\(pixels(column.x(point.tokens))) \(pixels(scale.place(value)))"
                }
            }
            let path = "M" + points.joined(separator: "L")
            guard !points.isEmpty, seen.insert(path).inserted else { return "" }
            let (first, last) = (stage.plan.timeline.first, stage.plan.timeline.last)
            let ends = [first, last].compactMap { $0.flatMap { curve.value(stage.plan, $0) } }
            let tooltip = "\(stage.plan.name): \(ends.map(curve.text).joined(separator: " → "))"
            return tag(
                "path", ["class": "curve s\(stage.index % 6)", "d": path],
                tag("title", [:], escaped(tooltip)))
        }.joined()
    }
}
