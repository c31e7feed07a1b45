/// The geometry of a chart: lines, areas and dots that stretch with the page, whatever its width.
/// Lines keep their thickness; letters stand beside it as HTML and keep their size.
struct Plot {
    /// A place: parts of the width to the right, and of the height upwards.
    typealias Place = (x: Double, y: Double)

    private static let (width, height) = (2000.0, 1000.0)
    private var content = ""

    /// Lines over the whole width at parts of the height, and over the whole height at parts of the
    /// width.
    mutating func grid(up: [Double], across: [Double] = []) {
        let lines =
            up.map { "M0 \(Self.y($0))H\(Int(Self.width))" }
            + across.map { "M\(Self.x($0)) 0V\(Int(Self.height))" }
        guard !lines.isEmpty else { return }
        content += tag("path", ["class": "grid", "d": lines.joined()])
    }

    /// A line from place to place; `tooltip` is what a pointer on it shows.
    mutating func curve(_ places: [Place], style: String, tooltip: String = "") {
        var points: [String] = []
        for place in places {
            let point = "\(Self.x(place.x)) \(Self.y(place.y))"
            if points.last != point { points.append(point) }
        }
        guard points.count > 1 else { return dots(places, style: style, tooltip: tooltip) }
        add("curve \(style)", "M" + points.joined(separator: "L"), tooltip)
    }

    /// The area between two lines over the same places to the right.
    mutating func band(_ places: [(x: Double, low: Double, high: Double)], style: String) {
        guard places.count > 1 else { return }
        let above = places.map { "\(Self.x($0.x)) \(Self.y($0.high))" }
        let below = places.reversed().map { "\(Self.x($0.x)) \(Self.y($0.low))" }
        add("band \(style)", "M" + (above + below).joined(separator: "L") + "Z", "")
    }

    /// Dots; places that fall together are drawn once.
    mutating func dots(_ places: [Place], style: String, tooltip: String = "") {
        var seen: Set<String> = []
        let points = places.compactMap { place in
            let point = "M\(Self.x(place.x)) \(Self.y(place.y))h0"
            return seen.insert(point).inserted ? point : nil
        }
        if !points.isEmpty { add("dots \(style)", points.joined(), tooltip) }
    }

    /// A line over the whole height, with what a pointer on it shows.
    mutating func mark(at x: Double, tooltip: String) {
        add("moment", "M\(Self.x(x)) 0V\(Int(Self.height))", tooltip)
    }

    /// The picture, described for those who do not see it.
    func svg(_ description: String) -> String {
        tag(
            "svg",
            [
                "viewBox": "0 0 \(Int(Self.width)) \(Int(Self.height))",
                "preserveAspectRatio": "none", "role": "img", "aria-label": description,
            ], content)
    }

    private mutating func add(_ style: String, _ path: String, _ tooltip: String) {
        content += tag(
            "path", ["class": style, "d": path],
            tooltip.isEmpty ? "" : tag("title", [:], escaped(tooltip)))
    }

    private static func x(_ part: Double) -> Int { whole(part * width) }
    private static func y(_ part: Double) -> Int { whole((1 - part) * height) }
}

/// A label beside a plot.
enum AxisLabel {
    /// At a part of the height, to the left of the plot.
    static func up(_ text: String, at part: Double) -> String {
        tag("span", ["class": "up", "style": "bottom:\(percentage(part))"], escaped(text))
    }

    /// At a part of the width, below the plot; labels at its ends stay inside.
    ///
    /// - Parameter style: `wide` or `narrow` where it is shown on pages of one kind only.
    static func across(_ text: String, at part: Double, style: String = "") -> String {
        let anchor = part < 0.03 ? "first" : part > 0.94 ? "last" : ""
        let names = ["across", anchor, style].filter { !$0.isEmpty }.joined(separator: " ")
        return tag("span", ["class": names, "style": "left:\(percentage(part))"], escaped(text))
    }
}
