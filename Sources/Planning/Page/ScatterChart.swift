/// Points or lines over two logarithmic axes, a colour for each stage.
struct ScatterChart {
    /// What belongs to one stage.
    struct Series {
        /// Its colour.
        let style: String
        /// Places: to the right, and up.
        let points: [(x: Double, y: Double)]
    }

    /// An axis: what it measures, and how values are written.
    struct Axis {
        /// What it measures.
        let title: String
        /// How a value is written.
        let text: (Double) -> String
    }

    private static let (width, height) = (470.0, 300.0)
    /// The stages.
    let series: [Series]
    /// To the right.
    let horizontal: Axis
    /// Up.
    let vertical: Axis
    /// Whether neighbouring points are joined.
    let isLine: Bool

    /// The picture.
    var svg: String {
        let points = series.flatMap(\.points)
        guard let scales = Self.scales(points) else { return "" }
        let (across, up) = scales
        var content = rectangle(
            x: 52, y: 26, width: Self.width - 62, height: Self.height - 62, style: "panel")
        for tick in up.ticks {
            let y = up.place(tick)
            content += line(x1: 52, y1: y, x2: Self.width - 10, y2: y, style: "grid")
            content += label(vertical.text(tick), x: 46, y: y + 3.5, anchor: "end")
        }
        for tick in across.ticks {
            let x = across.place(tick)
            content += line(x1: x, y1: 26, x2: x, y2: Self.height - 36, style: "grid")
            content += label(
                horizontal.text(tick), x: x, y: Self.height - 20, anchor: "middle")
        }
        content += label(vertical.title, x: 0, y: 14, style: "title")
        content += label(
            horizontal.title, x: Self.width - 10, y: Self.height - 4, anchor: "end", style: "title")
        for series in series { content += drawn(series, across, up) }
        return picture(
            width: Self.width, height: Self.height,
            description: "\(vertical.title) over \(horizontal.title)", content)
    }

    private static func scales(
        _ points: [(x: Double, y: Double)]
    ) -> (across: ValueScale, up: ValueScale)? {
        let (xs, ys) = (points.map(\.x), points.map(\.y).filter { $0 > 0 })
        guard let left = xs.min(), let right = xs.max(), let low = ys.min(), let high = ys.max()
        else { return nil }
        return (
            ValueScale(logarithmic: left, right, from: 60, to: width - 18),
            ValueScale(logarithmic: low / 1.3, high * 1.3, from: height - 40, to: 30)
        )
    }

    /// One path; places that fall together are drawn once.
    private func drawn(_ series: Series, _ across: ValueScale, _ up: ValueScale) -> String {
        var path = ""
        var seen: Set<String> = []
        for point in series.points where point.y > 0 {
            let place =
                isLine
                ? "\(pixels(across.place(point.x))) \(pixels(up.place(point.y)))"
                : "\(Int(across.place(point.x))) \(Int(up.place(point.y)))"
            guard seen.insert(place).inserted else { continue }
            path += isLine ? (path.isEmpty ? "M" : "L") + place : "M\(place)h0"
        }
        return tag(
            "path", ["class": "\(isLine ? "curve" : "dots") \(series.style)", "d": path])
    }
}
