import Curriculum
import Encoders
import Recipes
import Reporting
import Runs

extension ModelCard {
    /// The languages that were read, as model hubs list them: ISO 639 codes, without the script.
    var languageCodes: [String] {
        let languages = readings.flatMap { $0.tokensByLanguage.filter { $0.value > 0 }.keys }
        let codes = languages.compactMap { language in
            language.split(whereSeparator: { "_-".contains($0) }).first.map(String.init)
        }
        // YAML reads `no` as false.
        return Set(codes.filter { $0.wholeMatch(of: /[a-z]{2,3}/) != nil }).sorted()
            .map { $0 == "no" ? "\"no\"" : $0 }
    }

    /// A row for each stage.
    var stageTable: String {
        let header = [
            "stage", "tokens", "context", "rotary θ", "mask", "learning rate", "batch", "τ",
            "languages",
        ]
        return MarkdownTable(
            headings: header,
            rows: stages.map { stage in
                let phase = stage.phase
                let (mask, rate, bases) = (phase.mask.ratio, phase.learningRate, phase.rotaryBases)
                let ends = [bases.global, bases.local].map { Quantity.text($0) }
                let ratios = [mask.from, mask.to].map { percent($0, upTo: 3) }
                let languages = readings.first { $0.stage == stage.name }?.tokensByLanguage
                return [
                    Reporting.markdown(stage.name), Quantity.text(phase.tokens),
                    grouped(phase.context),
                    distinct(ends, by: " / "), distinct(ratios, by: " → "),
                    "\(Quantity.text(rate.peak)) \(rate.shape.rawValue)",
                    grouped(phase.batch.size.tokens),
                    distinct(phase.data.groups.map { text($0.sampling) }, by: ", "),
                    languages.map { grouped($0.values.count { $0 > 0 }) } ?? "–",
                ]
            }
        ).text
    }

    /// `0.7`, `0.7 → 0.3` or `UniMax`.
    private func text(_ sampling: SamplingSchedule) -> String {
        switch sampling {
        case .uniMax: "UniMax"
        case .temperature(let ramp):
            distinct([ramp.from, ramp.to].map { Quantity.text($0) }, by: " → ")
        }
    }

    /// Tokens of each language, a column for each stage, the most read language first.
    var languageTable: String {
        var totals: [String: Int] = [:]
        for reading in readings { totals.merge(reading.tokensByLanguage, uniquingKeysWith: +) }
        let languages = totals.filter { $0.value > 0 }.sorted {
            ($1.value, $0.key) < ($0.value, $1.key)
        }
        func row(_ name: String, _ counts: [Int]) -> [String] { [name] + counts.map(grouped) }
        return MarkdownTable(
            headings: ["language"] + readings.map { Reporting.markdown($0.stage) }
                + ["together"],
            rows: languages.map { language, total in
                row(
                    Reporting.markdown(language),
                    readings.map { $0.tokensByLanguage[language] ?? 0 } + [total])
            } + [
                row(
                    "**all \(grouped(languages.count))**",
                    readings.map { $0.tokensByLanguage.values.reduce(0, +) }
                        + [totals.values.reduce(0, +)])
            ]
        ).text
    }

    /// The texts one after another, or the only one where all are the same.
    private func distinct(_ texts: [String], by separator: String) -> String {
        Set(texts).count == 1 ? texts[0] : texts.joined(separator: separator)
    }
}
