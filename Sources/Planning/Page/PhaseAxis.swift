/// The horizontal axis of the curves: a column for each phase, as wide as it has tokens but wide
/// enough to see something, with its own clock. The variants of a phase overlap.
struct PhaseAxis {
    /// One phase.
    struct Column {
        /// Its stages: one, or the variants.
        let stages: [(index: Int, plan: StagePlan)]
        /// Left and right edge.
        let left, right: Double

        /// Tokens from its left to its right edge.
        var tokens: Int { stages.map(\.plan.tokens).max() ?? 1 }

        /// The place of a moment of the phase.
        func x(_ tokens: Int) -> Double {
            left + (right - left) * Double(tokens) / Double(max(1, self.tokens))
        }

        /// Moments that are labelled below it.
        var ticks: [Int] {
            let most = max(1, (right - left) / 80)
            let step = ValueScale.roundStep(Double(tokens) / most)
            return Array(stride(from: 0, through: Double(tokens) * 0.999, by: step)).map { Int($0) }
        }
    }

    /// The columns from left to right.
    let columns: [Column]

    /// Columns between `left` and `right`.
    init(_ stages: [StagePlan], left: Double, right: Double) {
        var phases: [[(index: Int, plan: StagePlan)]] = []
        for (index, stage) in stages.enumerated() {
            if stage.isVariant, phases.last?.first?.plan.isVariant == true {
                phases[phases.count - 1].append((index, stage))
            } else {
                phases.append([(index, stage)])
            }
        }
        let gap = 10.0
        let room = right - left - gap * Double(phases.count - 1)
        let tokens = phases.map { Double($0.map(\.plan.tokens).max() ?? 1) }
        let widths = Self.widths(tokens, room: room, least: min(0.2, 0.8 / Double(phases.count)))
        var edge = left
        var columns: [Column] = []
        for (phase, width) in zip(phases, widths) {
            columns.append(Column(stages: phase, left: edge, right: edge + width))
            edge += width + gap
        }
        self.columns = columns
    }

    /// Parts of `room` in proportion to `tokens`, none smaller than its share `least`.
    private static func widths(_ tokens: [Double], room: Double, least: Double) -> [Double] {
        var isSmall = tokens.map { _ in false }
        while true {
            let left = room * (1 - least * Double(isSmall.count { $0 }))
            let sum = zip(tokens, isSmall).reduce(0) { $1.1 ? $0 : $0 + $1.0 }
            let widths = zip(tokens, isSmall).map { $1 ? least * room : left * $0 / sum }
            guard let small = widths.firstIndex(where: { $0 < least * room * (1 - 1e-9) }) else {
                return widths
            }
            isSmall[small] = true
        }
    }
}
