import Reporting

/// The growth of a stage's batches, over the part of its clock in which they grow.
struct WarmupChart {
    private static let (width, height) = (470.0, 300.0)
    private static let (left, top, right, bottom) = (52.0, 26.0, 460.0, 264.0)
    /// Steps by batch size.
    let segments: [BatchSegment]
    /// Its colour.
    let style: String

    /// The picture.
    var svg: String {
        let end = Double(segments.dropLast().last?.toTokens ?? 1)
        let most = Double(segments.map(\.batchTokens).max() ?? 1)
        let across = ValueScale(upTo: end * 1.05, from: Self.left, to: Self.right)
        let up = ValueScale(upTo: most, from: Self.bottom, to: Self.top)
        var content = rectangle(
            x: Self.left, y: Self.top, width: Self.right - Self.left,
            height: Self.bottom - Self.top, style: "panel")
        for tick in up.ticks {
            let y = up.place(tick)
            content += line(x1: Self.left, y1: y, x2: Self.right, y2: y, style: "grid")
            content += label(
                shortCount(Int(tick)), x: Self.left - 6, y: y + 3.5, anchor: "end")
        }
        for tick in across.ticks {
            content += label(
                shortCount(Int(tick)), x: across.place(tick), y: Self.bottom + 16,
                anchor: tick == 0 ? "start" : "middle")
        }
        content += label("Tokens of a batch", x: 0, y: 14, style: "title")
        content += label(
            "Tokens done", x: Self.right, y: Self.height - 4, anchor: "end", style: "title")
        let path = segments.flatMap { segment in
            [segment.fromTokens, segment.toTokens].map { tokens in
                let place = (
                    across.place(Double(tokens)), up.place(Double(segment.batchTokens))
                )
                return "\(pixels(place.0)) \(pixels(place.1))"
            }
        }
        content += tag(
            "path", ["class": "curve \(style)", "d": "M" + path.joined(separator: "L")])
        return picture(
            width: Self.width, height: Self.height,
            description: "Tokens of a batch over the tokens done", content)
    }
}
