import Recipes

extension Plan {
    /// The most read languages over all stages, and who is capped or starved in which.
    var languageText: String {
        var counts = TextTable([
            "phase", "languages", "at most", "capped", "starved", "least read",
        ])
        for stage in stages {
            let least = stage.languages.last
            counts.add([
                stage.name, grouped(stage.languages.count),
                stage.maximumEpochs.map { "\(Quantity.text($0)) passes" } ?? "no limit",
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
        return ([counts.text] + groupTables + [mostRead.text] + notes).joined(separator: "\n")
    }

    /// The groups of stages that have some.
    private var groupTables: [String] {
        stages.filter { !$0.groups.isEmpty }.map { stage in
            var table = TextTable([
                "groups of \(stage.name)", "sources", "τ", "at most", "share", "tokens",
            ])
            for group in stage.groups {
                table.add([
                    group.name, grouped(group.sources), group.temperatureText,
                    group.maximumEpochs.map { "\(Quantity.text($0)) passes" } ?? "no limit",
                    "\(percent(group.share))\(group.isCapped ? " *" : "  ")",
                    shortCount(Int(group.tokens.rounded())),
                ])
            }
            return table.text
        }
    }

    private var mostRead: TextTable {
        var totals: [String: Double] = [:]
        for language in stages.flatMap(\.languages) {
            totals[language.language, default: 0] += language.tokens
        }
        let most = totals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12)
        var table = TextTable(["most read"] + stages.map(\.name) + ["tokens"])
        for (language, tokens) in most {
            table.add(
                [language]
                    + stages.map { stage in
                        stage.languages.first { $0.language == language }.map { portion in
                            "\(percent(portion.share))\(portion.isCapped ? " *" : "  ")"
                        } ?? "–  "
                    } + [shortCount(Int(tokens.rounded()))])
        }
        return table
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
        return "\(grouped(first)) languages at first, the last of \(grouped(entries.count)) "
            + "from token \(Quantity.text(last)) on"
    }
}
