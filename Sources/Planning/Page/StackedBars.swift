/// Rows of bars that consist of parts.
struct StackedBars {
    /// A part of a bar.
    struct Part {
        /// Its colour.
        let style: String
        /// How much it is.
        let value: Double
        /// What is written on it where there is room.
        let name: String
        /// What a pointer on it shows.
        let tooltip: String
    }

    /// One bar.
    struct Row {
        /// Its label on the left.
        let name: String
        /// Its parts from left to right.
        let parts: [Part]
        /// Its label on the right.
        let note: String
        /// A value that a line crosses the bar at; nil for none.
        var mark: Double?
    }

    private static let (width, left, right) = (960.0, 164.0, 100.0)
    private static let (height, pitch) = (26.0, 36.0)
    /// The bars.
    let rows: [Row]
    /// What a bar of the whole width is.
    let whole: Double
    /// What the picture shows.
    let description: String

    /// The picture.
    var svg: String {
        let content = rows.enumerated().map { index, row in
            drawn(row, y: Double(index) * Self.pitch)
        }
        return picture(
            width: Self.width, height: Double(rows.count) * Self.pitch - 6,
            description: description, content.joined())
    }

    private func drawn(_ row: Row, y: Double) -> String {
        let room = Self.width - Self.left - Self.right
        var content = label(row.name, x: 0, y: y + 17, style: "name")
        var x = Self.left
        for part in row.parts where part.value > 0 {
            let width = room * part.value / whole
            content += rectangle(
                x: x, y: y, width: max(0.4, width - 0.8), height: Self.height, style: part.style,
                tooltip: part.tooltip)
            if width > 8 * Double(part.name.count) + 6 {
                content += label(
                    part.name, x: x + width / 2, y: y + 17, anchor: "middle", style: "inside")
            }
            x += width
        }
        if let mark = row.mark {
            let place = Self.left + room * mark / whole
            content += line(
                x1: place, y1: y - 3, x2: place, y2: y + Self.height + 3, style: "mark")
        }
        return content + label(row.note, x: x + 8, y: y + 17, style: "note")
    }
}
