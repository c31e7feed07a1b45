import Recipes
import Reporting

extension Plan {
    /// Every schedule over the clock, and the beginning of phases whose batches grow.
    var curvePictures: String {
        let stack = CurveStack(stages, curves)
        return figure(
            "Schedules", stack.svg, legend: stageLegend,
            caption: "Each phase has its own clock, in tokens, and is as wide as it is long, but "
                + "wide enough to be seen. Variants of a phase overlap where they are "
                + "alike.") + warmups
    }

    private var curves: [CurveStack.Curve] {
        [
            .init(title: "Learning rate", value: { $1.learningRate }, text: rate),
            .init(
                title: "Masked tokens", value: { $1.maskRatio },
                text: { "\(shortNumber(100 * $0)) %" }),
            .init(title: "Batch, tokens", value: { Double($1.batchTokens) }, text: count),
            .init(
                title: "Context, tokens", value: { stage, _ in Double(stage.context) },
                text: count),
            .init(title: "Temperature τ", value: { $1.temperature }, text: shortNumber),
            .init(
                title: "Languages, code included", value: { Double($1.languages) }, text: count,
                isLogarithmic: true),
        ]
    }

    private func rate(_ value: Double) -> String {
        value == 0 ? "0" : Quantity.text(Double(shortNumber(value)) ?? value)
    }

    private func count(_ value: Double) -> String {
        shortCount(Int(value.rounded()))
    }

    /// Picture and table of each batch warm-up.
    private var warmups: String {
        stages.enumerated().filter { $1.batches.count > 1 }.map { index, stage in
            let chart = WarmupChart(segments: stage.batches, style: "s\(index % 6)")
            let rows = stage.batches.map { segment in
                [
                    grouped(segment.batchTokens), grouped(segment.microbatches),
                    grouped(segment.toTokens), grouped(segment.steps),
                ]
            }
            let table = PlanTable(
                headings: ["batch", "microbatches", "until token", "steps"], rows: rows,
                leftColumns: 0)
            return tag(
                "div", ["class": "pair"],
                figure(
                    "Batches of \(stage.name)", chart.svg,
                    caption: "A size lasts for tokens in proportion to it: for equally many steps.")
                    + tag("div", ["class": "beside"], table.html))
        }.joined()
    }
}
