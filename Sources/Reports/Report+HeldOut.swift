import Pages
import Recipes
import Reporting
import Runs

extension Report {
    /// Groups of at most so many languages are drawn language by language.
    static var mostLines: Int { 40 }

    /// The groups of languages that have charts of their own: those of the first run, where there
    /// is more than one.
    var heldOutGroups: [(title: String, languages: [String])] {
        let groups = runs[0].evaluatedGroups
        return groups.count < 2
            ? []
            : groups.map { group in
                let count = group.languages.count
                let languages = "\(grouped(count)) \(agreeing(count, "language"))"
                return ("Held-out loss, \(languages) from \(group.name)", group.languages)
            }
    }

    /// The held-out loss of some languages, of all for nil: their mean, and where one run is shown,
    /// each of them or what most lie between.
    func heldOut(_ columns: [Column], title: String, group: [String]?) -> CurveStack.Chart {
        var curves: [CurveStack.Curve] = []
        for (index, column) in columns.enumerated() {
            for (run, stage) in column.stages {
                curves += heldOut(of: stage, run: run, column: index, group: group)
            }
            let isLast = index == columns.count - 1
            for run in runs.indices where isLast {
                guard let merged = runs[run].merged, let mean = mean(merged, group) else {
                    continue
                }
                curves.append(
                    CurveStack.Curve(
                        column: index, style: mergeStyle(run: run) + " merge",
                        tooltip: "\(runs[run].name), merged: \(decimal(mean, places: 3))",
                        points: [(column.tokens, mean)]))
            }
        }
        let count = group == nil ? runs[0].evaluatedGroups.reduce(0) { $0 + $1.languages.count } : 0
        let whole =
            count > 0 ? "\(title), mean of \(grouped(count)) \(agreeing(count, "language"))" : title
        return CurveStack.Chart(
            title: whole, text: shortNumber, spread: .logarithmic,
            height: group == nil ? .high : .medium,
            curves: curves.filter { $0.style.contains("faint") }
                + curves.filter { !$0.style.contains("faint") })
    }

    private func heldOut(
        of stage: Stage, run: Int, column: Int, group: [String]?
    ) -> [CurveStack.Curve] {
        let (points, style) = (
            evaluations(of: stage, run: run), style(run: run, stage: stage.index)
        )
        let means = points.compactMap { point in
            mean(point.record, group).map { (tokens: point.tokens, value: $0) }
        }
        guard let last = means.last, means.count > 1 || stage.parent == nil else { return [] }
        let prefix = isOfOne ? "" : "\(runs[run].name), "
        var curve = CurveStack.Curve(
            column: column, style: style,
            tooltip: "\(prefix)\(stage.name): \(decimal(last.value, places: 3))", points: means)
        guard isOfOne, let group = group ?? onlyGroup else { return [curve] }
        guard group.count > Self.mostLines else {
            return group.map { language in
                let losses = points.compactMap { point in
                    point.record.losses[language].map { (tokens: point.tokens, value: $0) }
                }
                let end = losses.last.map { ": " + decimal($0.value, places: 3) } ?? ""
                return CurveStack.Curve(
                    column: column, style: "\(style) faint", tooltip: language + end,
                    points: losses)
            } + [curve]
        }
        curve.band = points.compactMap { point in
            let losses = group.compactMap { point.record.losses[$0] }.sorted()
            guard !losses.isEmpty else { return nil }
            let tenth = losses.count / 10
            return (point.tokens, losses[tenth], losses[losses.count - 1 - tenth])
        }
        return [curve]
    }

    /// The languages where all of them are in one group.
    private var onlyGroup: [String]? {
        let groups = runs[0].evaluatedGroups
        return groups.count == 1 ? groups[0].languages : nil
    }

    private func mean(_ record: EvaluationRecord, _ group: [String]?) -> Double? {
        guard let group else { return record.losses.isEmpty ? nil : record.meanLoss }
        return record.mean(of: group)
    }

    /// The evaluations of a stage over its clock, from the end of the stage it continues.
    private func evaluations(
        of stage: Stage, run index: Int
    ) -> [(tokens: Double, record: EvaluationRecord)] {
        let run = runs[index]
        let start = run.startTokens(of: stage)
        let own = run.history.evaluations.filter { $0.stage == stage.name }.map {
            (tokens: max(0, Double($0.tokens) - start), record: $0)
        }
        guard run.tokensDone(in: stage) > 0, let parent = stage.parent.map({ run.stages[$0] }),
            let before = run.lastEvaluation(of: parent)
        else { return own }
        return [(0, before)] + own
    }
}
