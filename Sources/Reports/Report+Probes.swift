import Pages
import Recipes
import Reporting
import Runs

extension Report {
    /// For each probe that some run has, its accuracy over the clock: the mean of its files, and
    /// where one run is shown and there are few, each of them.
    func probes(_ columns: [Column]) -> [CurveStack.Chart] {
        let names = Set(runs.flatMap { $0.history.probes.map(\.probe) }).sorted()
        return names.map { name in
            let drawn = columns.indices.flatMap { index in
                columns[index].stages.flatMap { run, stage in
                    curves(of: name, stage, run: run, column: index)
                }
            }
            return CurveStack.Chart(
                title: "Probe \(name), accuracy", text: { percent($0) }, spread: .fromZero,
                height: .medium,
                curves: drawn.filter { $0.style.contains("faint") }
                    + drawn.filter { !$0.style.contains("faint") })
        }
    }

    private func curves(
        of name: String, _ stage: Stage, run index: Int, column: Int
    ) -> [CurveStack.Curve] {
        let run = runs[index]
        let start = run.startTokens(of: stage)
        let records = run.history.probes.filter { $0.probe == name && $0.stage == stage.name }
        guard let last = records.last else { return [] }
        func points(_ value: (ProbeRecord) -> Double?) -> [(tokens: Double, value: Double)] {
            records.compactMap { record in
                value(record).map { (max(0, Double(record.tokens) - start), $0) }
            }
        }
        let style = style(run: index, stage: stage.index)
        let prefix = isOfOne ? "" : "\(run.name), "
        let mean = CurveStack.Curve(
            column: column, style: style,
            tooltip: "\(prefix)\(stage.name): \(percent(last.accuracy))",
            points: points(\.accuracy))
        let files = last.accuracies.keys.sorted()
        guard isOfOne, 2...Self.mostLines ~= files.count else { return [mean] }
        return files.map { file in
            let end = last.accuracies[file].map { ": \(percent($0))" } ?? ""
            return CurveStack.Curve(
                column: column, style: "\(style) faint", tooltip: file + end,
                points: points { $0.accuracies[file] })
        } + [mean]
    }
}
