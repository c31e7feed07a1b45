import Recipes
import Reporting

extension Plan {
    /// The most read languages over all stages, and who is capped or starved in which.
    var languageText: String {
        var counts = TextTable(headings: [
            "phase", "languages", "at most", "capped", "starved", "least read",
        ])
        for stage in stages {
            let least = stage.languages.last
            counts.add([
                stage.name, grouped(stage.languages.count),
                stage.maximumEpochs.map { passes(Quantity.text($0)) } ?? "no limit",
                grouped(stage.cappedLanguages.count), grouped(stage.starvedLanguages.count),
                least.map { "\($0.language) \(shortCount(Int($0.tokens.rounded())))" } ?? "",
            ])
        }
        let notes = stages.flatMap { stage in
            [
                stage.entryText.map { "  \(stage.name): \($0)" },
                note("capped", in: stage, stage.cappedLanguages),
                note("starved", in: stage, stage.starvedLanguages),
            ].compactMap { $0 }
        }
        return ([counts.text(indentation: 2)] + groupTables + [mostReadText] + notes).joined(
            separator: "\n")
    }

    /// The groups of stages that have some.
    private var groupTables: [String] {
        stages.filter { !$0.groups.isEmpty }.map { stage in
            var table = TextTable(headings: [
                "groups of \(stage.name)", "sources", "τ", "at most", "share", "tokens",
            ])
            for group in stage.groups {
                table.add([
                    group.name, grouped(group.sources), group.temperatureText,
                    group.maximumEpochs.map { passes(Quantity.text($0)) } ?? "no limit",
                    "\(threeDigitPercent(group.share))\(group.isCapped ? " *" : "  ")",
                    shortCount(Int(group.tokens.rounded())),
                ])
            }
            return table.text(indentation: 2)
        }
    }

    private var mostReadText: String {
        var table = TextTable(headings: ["most read"] + stages.map(\.name) + ["tokens"])
        for (language, tokens) in mostRead(12) {
            table.add(
                [language]
                    + stages.map { stage in
                        stage.languages.first { $0.language == language }.map { portion in
                            "\(threeDigitPercent(portion.share))\(portion.isCapped ? " *" : "  ")"
                        } ?? "–  "
                    } + [shortCount(Int(tokens.rounded()))])
        }
        return table.text(indentation: 2)
    }

    private func note(_ what: String, in stage: StagePlan, _ languages: [String]) -> String? {
        guard !languages.isEmpty else { return nil }
        let few = languages.prefix(12).joined(separator: " ")
        let more = languages.count > 12 ? " and \(grouped(languages.count - 12)) more" : ""
        return "  \(what) in \(stage.name): \(few)\(more)"
    }
}

extension StagePlan {
    /// `60 languages at first, the last of 110 from token 50B on`; nil where all are there at once.
    var entryText: String? {
        let entries = languages.map(\.entersAt)
        guard let last = entries.max(), last > 0 else { return nil }
        let first = entries.count { $0 == 0 }
        return "\(grouped(first)) \(agreeing(first, "language")) at first, "
            + "the last of \(grouped(entries.count)) "
            + "from token \(Quantity.text(last)) on"
    }
}
