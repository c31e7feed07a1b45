import Pages
import Recipes
import Reporting

extension Plan {
    /// How much of which language is read in each phase.
    var languagePictures: String {
        let charts = tag("div", ["class": "pair"], rankFigure + passesFigure)
        return ribbonFigure + charts + countTable + mostReadTable
    }

    /// A bar for each stage, the most read languages in their colours.
    private var ribbonFigure: String {
        let shown = mostRead(10).map(\.language)
        let hasOthers = stages.contains { stage in
            stage.languages.contains { !shown.contains($0.language) }
        }
        let rows = stages.map { stage in
            var parts = shown.enumerated().compactMap { index, code in
                stage.languages.first { $0.language == code }.map { language in
                    StackedBars.Part(
                        style: "l\(index)", value: language.share,
                        name: String(code.prefix { $0 != "_" }),
                        tooltip: "\(code): \(threeDigitPercent(language.share)), "
                            + "\(shortCount(whole(language.tokens))) tokens, "
                            + passes(shortNumber(language.epochs)))
                }
            }
            let others = stage.languages.filter { !shown.contains($0.language) }
            let share = others.reduce(0) { $0 + $1.share }
            let rest = "\(grouped(others.count)) \(agreeing(others.count, "other"))"
            if !others.isEmpty {
                parts.append(
                    .init(
                        style: "others", value: share, name: rest,
                        tooltip: "\(rest): \(threeDigitPercent(share))"))
            }
            return StackedBars.Row(
                name: stage.name, parts: parts, note: shortCount(stage.tokens) + " tokens")
        }
        let bars = StackedBars(
            rows: rows, whole: 1, description: "Shares of the most read languages in each stage")
        return figure(
            "Shares of the tokens", bars.html,
            legend: legend(
                shown.enumerated().map { ($1, "l\($0)") }
                    + (hasOthers ? [("others", "others")] : [])),
            caption: hasOthers
                ? "The ten languages that are read most in all, and the others together."
                : "The languages, from the one that is read most in all.")
    }

    private var rankFigure: String {
        let series = stages.enumerated().map { index, stage in
            PointChart.Series(
                style: "s\(index % 6)",
                points: stage.languages.filter { $0.tokens > 0 }.enumerated().map {
                    (Double($0 + 1), $1.share)
                })
        }
        let chart = PointChart(
            series: series,
            horizontal: .init(title: "Rank of the language", text: { grouped(whole($0)) }),
            vertical: .init(title: "Share of the tokens", text: percentTick), isLine: true)
        return figure(
            "From the most read to the least", chart.html, legend: stageLegend,
            caption: "The lower the temperature, the flatter the line.")
    }

    private var passesFigure: String {
        let series = stages.enumerated().map { index, stage in
            PointChart.Series(
                style: "s\(index % 6)",
                points: stage.languages.filter { $0.availableTokens > 0 && $0.tokens > 0 }.map {
                    (Double($0.availableTokens), $0.epochs)
                })
        }
        let chart = PointChart(
            series: series,
            horizontal: .init(title: "Tokens available", text: { shortCount(whole($0)) }),
            vertical: .init(title: "Passes in the phase", text: { shortNumber($0) }), isLine: false)
        return figure(
            "How often languages are read", chart.html, legend: stageLegend,
            caption: "Each point is a language. Where points lie level, max_epochs caps them.")
    }

    private func percentTick(_ value: Double) -> String {
        let percents = 100 * value
        return
            (percents < 0.01
            ? Quantity.text(Double(shortNumber(percents)) ?? 0) : shortNumber(percents))
            + " %"
    }

    private var countTable: String {
        func some(_ codes: [String]) -> String {
            let few = codes.prefix(4).joined(separator: " ")
            return codes.isEmpty
                ? "–" : "\(grouped(codes.count)): \(few)\(codes.count > 4 ? " …" : "")"
        }
        let rows = stages.map { stage in
            [
                stage.name, some(stage.cappedLanguages), some(stage.starvedLanguages),
                grouped(stage.languages.count),
                stage.maximumEpochs.map { Quantity.text($0) } ?? "no limit",
            ]
        }
        return tag("h3", [:], "Capped and starved")
            + PageTable(
                name: "capped",
                headings: ["phase", "capped", "starved", "languages", "passes at most"],
                rows: rows, leftColumns: 3
            ).html
    }

    private var mostReadTable: String {
        let rows = mostRead(20).map { code, _ in
            [code]
                + stages.map { stage in
                    stage.languages.first { $0.language == code }.map { language in
                        "\(threeDigitPercent(language.share))\(language.isCapped ? " *" : "")"
                    } ?? "–"
                }
        }
        return tag("h3", [:], "The twenty most read")
            + PageTable(
                name: "languages", headings: ["share of the tokens"] + stages.map(\.name),
                rows: rows
            ).html
            + tag("p", ["class": "small"], "* capped. All languages are in the plan as --json.")
    }
}
