import Pages
import Recipes
import Reporting
import Runs

extension Report {
    /// Tokens read beside the plan, by stage and by language.
    var tokens: String {
        let run = runs[0]
        let rows = run.stages.map { stage in
            let done = run.tokensDone(in: stage)
            let reading = run.reading(of: stage)
            return [
                stage.name, grouped(stage.phase.tokens), done > 0 ? grouped(done) : "–",
                done > 0 ? percentDone(Double(done) / Double(max(1, stage.phase.tokens))) : "–",
                reading.map { grouped($0.steps) } ?? "–",
                reading.map { grouped($0.tokensByLanguage.count { $0.value > 0 }) } ?? "–",
            ]
        }
        let table = PageTable(
            name: "tokens",
            headings: ["stage", "planned", "read", "done", "steps", "languages"],
            rows: rows)
        return tag("p", ["class": "small"], "Tokens of each stage, and languages that were read.")
            + table.html + shares(run) + languageTokens(run)
    }

    /// A stage that is finished, with what was expected of it.
    private struct Read {
        let stage: Stage
        let tokens: [String: Int]
        let total: Int
        let expected: [String: Double]
    }

    private func read(_ run: RunReading) -> [Read] {
        run.stages.compactMap { stage in
            guard let reading = run.reading(of: stage),
                let expected = run.expectedShares[stage.index]
            else { return nil }
            let total = reading.tokensByLanguage.values.reduce(0, saturated)
            return total > 0
                ? Read(
                    stage: stage, tokens: reading.tokensByLanguage, total: total,
                    expected: expected) : nil
        }
    }

    private func shares(_ run: RunReading) -> String {
        let read = read(run)
        guard !read.isEmpty else { return "" }
        var totals: [String: Int] = [:]
        for stage in read { totals.merge(stage.tokens, uniquingKeysWith: saturated) }
        let shown = totals.filter { $0.value > 0 }.sorted {
            ($1.value, $0.key) < ($0.value, $1.key)
        }
        .prefix(10).map(\.key)
        let rows = read.flatMap { stage in
            let planned = stage.expected.filter { $0.value > 0 }
            let actual = stage.tokens.filter { $0.value > 0 }.mapValues {
                Double($0) / Double(stage.total)
            }
            return [
                row(stage.stage.name, "planned", planned, shown),
                row("", "read", actual, shown),
            ]
        }
        let hasOthers = totals.count > shown.count
        let bars = StackedBars(
            rows: rows, whole: 1, description: "Shares of languages, planned and read")
        return figure(
            "Shares of the tokens, planned and read", bars.html,
            legend: legend(
                shown.enumerated().map { ($1, "l\($0)") }
                    + (hasOthers ? [("others", "others")] : [])),
            caption: "Planned: what the sampler is expected to give. The languages that were "
                + "read most\(hasOthers ? ", and the others together" : "").")
            + ratios(read)
    }

    private func row(
        _ name: String, _ note: String, _ shares: [String: Double], _ shown: [String]
    ) -> StackedBars.Row {
        var parts = shown.enumerated().map { index, code in
            StackedBars.Part(
                style: "l\(index)", value: shares[code] ?? 0,
                name: String(code.prefix { $0 != "_" }),
                tooltip: "\(code): \(threeDigitPercent(shares[code] ?? 0))")
        }
        let others = shares.filter { !shown.contains($0.key) }
        let rest = "\(grouped(others.count)) \(agreeing(others.count, "other"))"
        let share = others.values.sorted().reduce(0, +)
        parts.append(
            .init(
                style: "others", value: share, name: rest,
                tooltip: "\(rest): \(threeDigitPercent(share))"))
        return StackedBars.Row(name: name, parts: parts, note: note)
    }

    /// How far single languages are from what was expected.
    private func ratios(_ read: [Read]) -> String {
        let series = read.map { stage in
            PointChart.Series(
                style: style(run: 0, stage: stage.stage.index),
                points: stage.expected.sorted { $0.key < $1.key }.compactMap { language, share in
                    let expected = share * Double(stage.total)
                    let tokens = Double(stage.tokens[language] ?? 0)
                    return expected > 0 && tokens > 0 ? (expected, tokens / expected) : nil
                }, tooltip: stage.stage.name)
        }
        let chart = PointChart(
            series: series,
            horizontal: .init(title: "Tokens expected", text: { shortCount(whole($0)) }),
            vertical: .init(title: "Tokens read ÷ expected", text: shortNumber), isLine: false)
        guard !chart.html.isEmpty else { return "" }
        return figure(
            "Languages beside their plan", chart.html,
            legend: legend(
                read.map { ($0.stage.name, style(run: 0, stage: $0.stage.index)) }),
            caption: "Each point is a language in a stage. Whole samples are drawn at random, so "
                + "the fewer a language has, the further it may be from 1.")
    }

    private func languageTokens(_ run: RunReading) -> String {
        let finished = run.stages.compactMap { stage in
            run.reading(of: stage).map { (stage: stage, reading: $0) }
        }
        guard !finished.isEmpty else { return "" }
        let languages = run.groups.flatMap(\.languages).filter { language in
            finished.contains { ($0.reading.tokensByLanguage[language] ?? 0) > 0 }
        }
        let rows = languages.map { language in
            [language]
                + finished.map { stage, reading in
                    let tokens = reading.tokensByLanguage[language] ?? 0
                    guard tokens > 0 else { return "–" }
                    let share = run.expectedShares[stage.index].map { $0[language] ?? 0 }
                    let expected = share.map { shortCount(whole($0 * Double(reading.tokens))) }
                    return shortCount(tokens) + (expected.map { " of \($0)" } ?? "")
                }
        }
        let table = PageTable(
            name: "language-tokens", headings: ["language"] + finished.map(\.stage.name),
            rows: rows)
        return folded(
            "Tokens of every language, read of expected: \(grouped(rows.count))", table.html)
    }
}
