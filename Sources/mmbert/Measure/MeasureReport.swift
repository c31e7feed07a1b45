import Reporting

/// A number of a report with its interval; null where undefined.
struct MeasureEstimate: Encodable {
    var value: Double?
    var lower: Double?
    var upper: Double?

    enum CodingKeys: CodingKey { case value, lower, upper }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(lower, forKey: .lower)
        try container.encode(upper, forKey: .upper)
    }
}

/// What `mmbert measure` prints.
struct MeasureReport: Encodable {
    /// The numbers of one file of predictions.
    struct Run: Encodable {
        struct Class: Encodable {
            var precision: Double
            var recall: Double
            var f1: Double
            var references: Int
            var predictions: Int
        }

        var predictions: String
        var measures: [String: MeasureEstimate]
        /// How many were left out or scored 0, by name.
        var notes: [String: Int]?
        var thresholds: [String: Double]?
        var classes: [String: Class]?
    }

    /// The mean over runs and how far its interval reaches.
    struct Mean: Encodable {
        var value: Double
        var halfWidth: Double?
    }

    struct Resampling: Encodable {
        var resamples: Int
        var confidence: Double
        var seed: UInt64
    }

    var metric: String
    /// The number of what is measured, and what it is.
    var count: Int
    var unit: String
    var bootstrap: Resampling?
    var runs: [Run] = []
    /// Over several runs, where a number is defined in all.
    var mean: [String: Mean]?
    /// The first run minus the baseline.
    var difference: [String: MeasureEstimate]?

    /// The names in their order, and sentences, which JSON has in other forms.
    var names: [String] = []
    var sentences: [String] = []

    private enum CodingKeys: CodingKey {
        case metric, count, unit, bootstrap, runs, mean, difference
    }

    /// A table of percentages, and what there is to say of it.
    var text: String {
        var headings = ["% of \(countedUnits(count, unit))"]
        let baseline = difference != nil
        for (place, run) in runs.enumerated() {
            let isBaseline = baseline && place == runs.count - 1
            headings.append(isBaseline ? "baseline" : runs.count > 1 ? run.predictions : "value")
            if bootstrap != nil { headings += ["from", "to"] }
        }
        if mean != nil { headings += ["mean", "±"] }
        if baseline { headings += ["difference"] + (bootstrap == nil ? [] : ["from", "to"]) }
        var table = TextTable(headings: headings)
        func cells(_ estimate: MeasureEstimate?) -> [String] {
            let numbers =
                [estimate?.value] + (bootstrap == nil ? [] : [estimate?.lower, estimate?.upper])
            return numbers.map { $0.map { decimal(100 * $0, places: 1) } ?? "-" }
        }
        for name in names {
            var row = [name] + runs.flatMap { cells($0.measures[name]) }
            if let mean {
                row.append(mean[name].map { decimal(100 * $0.value, places: 1) } ?? "-")
                row.append((mean[name]?.halfWidth).map { decimal(100 * $0, places: 1) } ?? "-")
            }
            if let difference { row += cells(difference[name]) }
            table.add(row)
        }
        var lines = table.lines()
        if let bootstrap {
            lines.append(
                "from … to: \(percent(bootstrap.confidence)) of "
                    + countedUnits(bootstrap.resamples, "bootstrap resample"))
        }
        if mean != nil { lines.append("±: 95 % by Student's t over \(counted(runs.count, "run"))") }
        return (lines + sentences).joined(separator: "\n")
    }
}

/// A count with what is measured.
func countedUnits(_ count: Int, _ unit: String) -> String {
    "\(grouped(count)) \(agreeing(count, unit, unit == "query" ? "queries" : nil))"
}
