import Foundation
import Pages
import Reporting
import Runs

extension Report {
    /// The report as a page.
    public var page: String {
        isOfOne ? pageOfOne : pageOfSeveral
    }

    private var pageOfOne: String {
        let run = runs[0]
        let sections = [
            section("Over the clock", curves), section("Held-out loss", losses),
            section("Tokens", tokens), section("Time", time),
            section("Recipe", recipe(run)),
        ]
        return Pages.page(
            title: "\(run.name): the run", heading: run.name,
            subheading: "\(run.state). Recipe \(run.recipe.name).",
            keyFigures(run.figures) + remarks + sections.joined())
    }

    private var pageOfSeveral: String {
        let names = runs.map(\.name)
        let sections = [
            section("What differs in the recipes", recipeDifferences),
            section("Losses beside each other", finalLosses),
            section("Over the clock", curves), section("Time", time),
            section("Recipes", runs.map(recipe).joined()),
        ]
        let rows = runs.map { run in
            [
                run.name, run.state, grouped(run.tokensDone),
                run.final.map { decimal($0.meanLoss, places: 3) } ?? "–",
            ] + [run.record.map { grouped($0.parameters) } ?? "–"]
        }
        let table = PageTable(
            name: "runs",
            headings: ["run", "state", "tokens", "held-out loss", "parameters"], rows: rows,
            leftColumns: 2)
        return Pages.page(
            title: names.joined(separator: ", "), heading: names.joined(separator: " · "),
            subheading: "\(counted(runs.count, "run")) beside each other.",
            tag("div", ["class": "beside"], table.html) + remarks + sections.joined())
    }

    private var remarks: String {
        let sentences = runs.flatMap(\.notes)
        return sentences.isEmpty
            ? "" : sentences.map { tag("p", ["class": "warning"], escaped($0)) }.joined()
    }

    private func recipe(_ run: RunReading) -> String {
        folded(
            isOfOne ? "recipe.yaml, with every default" : "recipe.yaml of \(run.name)",
            tag("pre", [:], escaped(run.recipeText, keepsLines: true)))
    }
}

extension RunReading {
    /// Whether it is finished, or how far it was when it logged last.
    var state: String {
        if isFinished { return "Finished" }
        guard tokensDone > 0 else { return hasWeights ? "No step logged yet" : "Not yet trained" }
        let share = percentDone(Double(tokensDone) / Double(max(1, plannedTokens)))
        let moment = lastTime.map { time in
            let date = Date(timeIntervalSince1970: min(max(time, 0), 1e11))
            let text = date.formatted(.iso8601).replacing("T", with: " ")
            return ", last logged \(text.replacing("Z", with: "")) UTC"
        }
        return "\(share) of the tokens trained\(moment ?? "")"
    }

    /// The numbers that people ask for first.
    var figures: [(value: String, name: String)] {
        var figures = [
            (
                isFinished
                    ? shortCount(tokensDone)
                    : "\(shortCount(tokensDone)) of \(shortCount(plannedTokens))",
                "tokens in \(counted(stages.count, "stage"))"
            )
        ]
        if let final {
            let count = final.losses.count
            let languages = "\(grouped(count)) \(agreeing(count, "language"))"
            figures.append(
                (
                    decimal(final.meanLoss, places: 3),
                    "held-out loss of \(languages), \(name(of: final))"
                ))
        }
        if let record { figures.append((grouped(record.parameters), "parameters with the head")) }
        let speeds = history.stages.flatMap { $0.steps.map(\.tokensPerSecond) }.sorted()
        if !speeds.isEmpty {
            figures.append(
                (shortCount(whole(speeds[speeds.count / 2])), "tokens a second, the median"))
            let seconds = history.stages.reduce(0.0) { $0 + $1.trainingSeconds }
            figures.append((shortDuration(seconds: seconds), "of training steps"))
        }
        return figures
    }
}

extension RunHistory.Stage {
    /// Seconds that its steps took, by the logged speeds.
    var trainingSeconds: Double {
        var (seconds, before) = (0.0, 0.0)
        for step in steps {
            let tokens = Double(step.stageTokens)
            if step.tokensPerSecond > 0 {
                seconds += max(0, tokens - before) / step.tokensPerSecond
            }
            before = tokens
        }
        return seconds
    }
}
