/// A curve as small as a word, without axes.
package struct Sparkline {
    private static let (width, height, most) = (84.0, 20.0, 42)
    private let values: [Double]

    /// A curve through `values`, at equal distances.
    package init(_ values: [Double]) { self.values = values }

    /// The picture; nothing for less than two values.
    package var svg: String {
        guard values.count > 1, let low = values.min(), let high = values.max() else { return "" }
        let apart = (values.count + Self.most - 1) / Self.most
        let points = values.indices.filter { $0 % apart == 0 || $0 == values.count - 1 }.map {
            let x = Self.width * Double($0) / Double(values.count - 1)
            let y = 1 + (Self.height - 2) * (high - values[$0]) / max(high - low, 1e-9)
            return "\(whole(x)) \(whole(y))"
        }
        return "<svg class=\"spark\" viewBox=\"0 0 84 20\"><path d=\"M"
            + points.joined(separator: "L") + "\"/></svg>"
    }
}
