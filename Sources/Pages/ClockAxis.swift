import Reporting

/// The horizontal axis of curves over the clock: a column for each phase, as wide as it has tokens
/// but wide enough to see something, with its own clock. The variants of a phase overlap.
package struct ClockAxis {
    /// One phase.
    package struct Column {
        /// What stands over it.
        package let name: String
        /// Tokens from its left to its right edge.
        package let tokens: Double
        /// What stands beside its name: how long it is.
        let note: String

        /// The phase `name` of so many tokens, of which there are so many variants.
        package init(name: String, tokens: Double, variants: Int = 1) {
            (self.name, self.tokens) = (name, max(tokens, 1))
            let length = shortCount(whole(tokens))
            note = variants > 1 ? "\(variants) × \(length)" : length
        }

        /// The place of a moment of the phase, as a part of the column.
        func part(_ tokens: Double) -> Double { min(max(tokens / self.tokens, 0), 1) }

        /// Moments that are labelled below it where it is so many pixels wide: none so close to its
        /// end that the label would leave it.
        func ticks(width: Double, spacing: Double) -> [Double] {
            let step = ValueScale.roundStep(tokens * spacing / max(width, spacing))
            return Array(stride(from: 0, to: tokens, by: step)).filter {
                $0 == 0 || (1 - $0 / tokens) * width > 18
            }
        }
    }

    /// The columns from left to right.
    package let columns: [Column]
    /// Their widths as parts of the whole.
    let shares: [Double]

    /// The widths that pages have at least: what is drawn for each, and how far labels are apart.
    private static let widths: [(style: String, width: Double, spacing: Double)] = [
        ("wide", 580, 80), ("narrow", 270, 46),
    ]

    /// An axis of `columns`.
    package init(_ columns: [Column]) {
        self.columns = columns
        shares = Self.shares(
            columns.map(\.tokens), least: min(0.24, 0.8 / Double(max(1, columns.count))))
    }

    /// The labels below a column.
    func labels(_ index: Int, text: (Double) -> String) -> String {
        let column = columns[index]
        let ticks = Self.widths.map { page in
            column.ticks(width: page.width * shares[index], spacing: page.spacing)
        }
        var content = ""
        for (page, (own, other)) in zip(Self.widths, zip(ticks, ticks.reversed())) {
            for tick in own where page.style == "wide" || !other.contains(tick) {
                content += AxisLabel.across(
                    text(tick), at: column.part(tick),
                    style: other.contains(tick) ? "" : page.style)
            }
        }
        return content
    }

    /// Parts of 1 in proportion to `tokens`, none smaller than `least`.
    private static func shares(_ tokens: [Double], least: Double) -> [Double] {
        var isSmall = tokens.map { _ in false }
        while true {
            let left = 1 - least * Double(isSmall.count { $0 })
            let sum = zip(tokens, isSmall).reduce(0) { $1.1 ? $0 : $0 + $1.0 }
            let shares = zip(tokens, isSmall).map { $1 ? least : left * $0 / sum }
            guard let small = shares.firstIndex(where: { $0 < least * (1 - 1e-9) }) else {
                return shares
            }
            isSmall[small] = true
        }
    }
}
