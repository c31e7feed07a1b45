import Pages
import Recipes
import Reporting
import Runs

extension Report {
    /// Losses, learning rate and speed over the clock.
    var curves: String {
        let columns = columns
        let axis = ClockAxis(columns.map { ClockAxis.Column(name: $0.name, tokens: $0.tokens) })
        let charts =
            [trainingLoss(columns), heldOut(columns, title: "Held-out loss", group: nil)]
            + heldOutGroups.map { heldOut(columns, title: $0.title, group: $0.languages) }
            + probes(columns)
            + [
                logged(columns, "Learning rate", \.learningRate) { value in
                    value == 0 ? "0" : Quantity.text(Double(shortNumber(value)) ?? value)
                },
                logged(columns, "Tokens a second", \.tokensPerSecond) { shortCount(whole($0)) },
            ]
        let stack = CurveStack(axis, charts, moments: moments(columns))
        return stack.html.isEmpty
            ? ""
            : curveLegend + stack.html + tag("p", ["class": "small"], escaped(explanation))
    }

    /// A phase, as far as some run has come in it.
    struct Column {
        let name: String
        let tokens: Double
        /// Its stages in each run.
        let stages: [(run: Int, stage: Stage)]
    }

    /// Phases that have begun, those of the same name together.
    private var columns: [Column] {
        var names: [String] = []
        var stages: [String: [(run: Int, stage: Stage)]] = [:]
        for (index, run) in runs.enumerated() {
            for stage in run.stages {
                if !names.contains(stage.phase.name) { names.append(stage.phase.name) }
                stages[stage.phase.name, default: []].append((index, stage))
            }
        }
        let columns = names.map { name in
            let all = stages[name] ?? []
            let tokens = all.map { Double(runs[$0.run].tokensDone(in: $0.stage)) }.max() ?? 0
            return Column(name: name, tokens: tokens, stages: all)
        }
        let begun = columns.filter { $0.tokens > 0 }
        return begun.isEmpty ? Array(columns.prefix(1)) : begun
    }

    private func each(
        _ columns: [Column], _ body: (Int, Column, Int, Stage) -> [CurveStack.Curve]
    ) -> [CurveStack.Curve] {
        columns.enumerated().flatMap { index, column in
            column.stages.flatMap { body(index, column, $0.run, $0.stage) }
        }
    }

    private func label(_ run: Int, _ stage: Stage, _ text: String) -> String {
        (isOfOne ? "" : "\(runs[run].name), ") + "\(stage.name): \(text)"
    }

    private func trainingLoss(_ columns: [Column]) -> CurveStack.Chart {
        let curves = each(columns) { index, column, run, stage in
            let steps = runs[run].history.steps(of: stage.name)
            let values = steps.map { (tokens: Double($0.stageTokens), value: $0.loss) }
            let style = style(run: run, stage: stage.index)
            guard let last = values.last else { return [] }
            let thin = Thinning(values, end: column.tokens)
            let isFew = thin.band.isEmpty
            var curve = CurveStack.Curve(
                column: index, style: style,
                tooltip: label(run, stage, decimal(last.value, places: 3)),
                points: isFew ? Thinning.smoothed(values) : thin.points)
            if isOfOne { curve.band = thin.band }
            let isNoisy = isFew && isOfOne && values.count >= 40
            return isNoisy
                ? [.init(column: index, style: "\(style) faint", points: values), curve] : [curve]
        }
        return CurveStack.Chart(
            title: "Training loss, nats", text: lossTick, spread: .logarithmic, height: .high,
            curves: curves)
    }

    private func logged(
        _ columns: [Column], _ title: String, _ value: KeyPath<RunHistory.Step, Double>,
        text: @escaping (Double) -> String
    ) -> CurveStack.Chart {
        CurveStack.Chart(
            title: title, text: text,
            curves: each(columns) { index, column, run, stage in
                let values = runs[run].history.steps(of: stage.name).map {
                    (tokens: Double($0.stageTokens), value: $0[keyPath: value])
                }
                guard let last = values.last else { return [] }
                return [
                    CurveStack.Curve(
                        column: index, style: style(run: run, stage: stage.index),
                        tooltip: label(run, stage, text(last.value)),
                        points: Thinning(values, end: column.tokens).points)
                ]
            })
    }

    private func lossTick(_ value: Double) -> String { shortNumber(value) }

    /// Moments at which a run stopped and went on; of one run alone.
    private func moments(_ columns: [Column]) -> [CurveStack.Moment] {
        guard isOfOne, let starts = runs[0].record?.starts else { return [] }
        return starts.compactMap { start in
            guard let place = start.resumedFrom.flatMap(runs[0].place(ofCheckpoint:)),
                place.tokens > 0,
                let column = columns.firstIndex(where: { $0.name == place.stage.phase.name })
            else { return nil }
            return CurveStack.Moment(
                column: column, tokens: place.tokens,
                tooltip: "went on \(start.date) on \(start.host)")
        }
    }

    private var curveLegend: String {
        guard isOfOne else {
            return legend(runs.enumerated().map { ($1.name, "s\($0 % 6)") })
        }
        var entries = runs[0].stages.filter { runs[0].tokensDone(in: $0) > 0 }.map {
            (name: $0.name, style: "s\($0.index % 6)")
        }
        if runs[0].merged != nil { entries.append(("merged", mergeStyle(run: 0))) }
        if runs[0].record?.starts.contains(where: { $0.resumedFrom != nil }) == true {
            entries.append(("stopped, and went on", "dashed"))
        }
        return legend(entries)
    }

    private var explanation: String {
        let clock = "Each phase has its own clock, in tokens."
        guard isOfOne else {
            let dashes = runs.contains { $0.recipe.merge != nil || $0.stages.last?.variant != nil }
            return clock + (dashes ? " Variants differ by their dashes; a dot is the merge." : "")
        }
        let many = heldOutGroups.contains { $0.languages.count > Self.mostLines }
        let one = heldOutGroups.contains { $0.languages.count <= Self.mostLines }
        return clock
            + (one ? " Thin lines: single languages." : "")
            + (many ? " Shaded: from the best tenth of the languages to the worst." : "")
    }
}

extension RunReading {
    /// Where the checkpoint `PHASE-000000123` was saved; nil where nothing was logged before it.
    func place(ofCheckpoint name: String) -> (stage: Stage, tokens: Double)? {
        guard let dash = name.lastIndex(of: "-"), let step = Int(name[name.index(after: dash)...]),
            let stage = stages.first(where: { $0.name == name[..<dash] })
        else { return nil }
        let before = history.steps(of: stage.name).last { $0.step <= step }
        return before.map { (stage, Double($0.stageTokens)) }
    }
}
