import Foundation
import Pages
import Reporting
import Runs

extension Report {
    /// Progress over time, and every start of the program.
    var time: String {
        progress
            + runs.enumerated().map { index, run in
                isOfOne
                    ? starts(run, name: "starts")
                    : folded("Starts of \(run.name)", starts(run, name: "starts-\(index)"))
            }.joined()
    }

    private var progress: String {
        let series = runs.enumerated().flatMap { index, run in
            run.sittings.map { sitting in
                PointChart.Series(style: "s\(isOfOne ? 0 : index % 6)", points: sitting)
            }
        }
        let last = series.flatMap(\.points).map(\.x).max() ?? 0
        guard last > 0 else { return "" }
        let unit: (name: String, seconds: Double) =
            last < 7200 ? ("Minutes", 60) : last < 72 * 3600 ? ("Hours", 3600) : ("Days", 86_400)
        let scaled = series.map { one in
            PointChart.Series(
                style: one.style, points: one.points.map { ($0.x / unit.seconds, $0.y) })
        }
        let chart = PointChart(
            series: scaled,
            horizontal: .init(
                title: "\(unit.name) since the first start", isLogarithmic: false,
                text: shortNumber),
            vertical: .init(
                title: "Tokens trained, all stages", isLogarithmic: false,
                text: { shortCount(whole($0)) }), isLine: true)
        let silent = runs.filter(\.sittings.isEmpty).map(\.name)
        return figure(
            "Progress", chart.html,
            legend: isOfOne ? "" : legend(runs.enumerated().map { ($1.name, "s\($0 % 6)") }),
            caption: "A line is broken where a run stood still between two starts."
                + (silent.isEmpty
                    ? "" : " Without times in their logs: \(silent.joined(separator: ", "))."))
    }

    private func starts(_ run: RunReading, name: String) -> String {
        guard let record = run.record, !record.starts.isEmpty else { return "" }
        let rows = record.starts.map { start in
            [
                start.date.replacing("T", with: " ").replacing("Z", with: ""), start.host,
                start.processor.model,
                "\(start.threads)", start.precision?.rawValue ?? "–",
                start.resumedFrom ?? "the beginning",
            ]
        }
        let table = PageTable(
            name: name,
            headings: ["start (UTC)", "machine", "processor", "threads", "precision", "from"],
            rows: rows, leftColumns: 3)
        let commands = record.starts.map { $0.commandLine.joined(separator: " ") }
        let unique = commands.enumerated().filter {
            $0.offset == 0 || commands[$0.offset - 1] != $0.element
        }
        return tag("h3", [:], counted(record.starts.count, "start")) + table.html
            + folded(
                agreeing(unique.count, "Command"),
                tag(
                    "pre", [:],
                    escaped(unique.map(\.element).joined(separator: "\n"), keepsLines: true)))
    }
}

extension RunReading {
    /// Tokens trained over the seconds since the first start, from start to start; empty for
    /// versions that did not log the time.
    fileprivate var sittings: [[(x: Double, y: Double)]] {
        let dates = (record?.starts ?? []).compactMap { try? Date($0.date, strategy: .iso8601) }
            .map(\.timeIntervalSince1970)
        guard let first = dates.first ?? firstTime else { return [] }
        var sittings: [[(x: Double, y: Double)]] = []
        var (done, current) = (0.0, -1)
        for stage in history.stages {
            // A page has room for so many.
            let apart = max(1, stage.steps.count / 400)
            for (index, step) in stage.steps.enumerated() {
                guard index % apart == 0 || index == stage.steps.count - 1, let time = step.time
                else { continue }
                let sitting = dates.lastIndex { $0 <= time } ?? 0
                if sitting != current || sittings.isEmpty {
                    sittings.append([])
                    current = sitting
                }
                sittings[sittings.count - 1].append(
                    (max(0, time - first), done + Double(step.stageTokens)))
            }
            done += Double(stage.steps.last?.stageTokens ?? 0)
        }
        return sittings
    }

    private var firstTime: Double? { history.stages.first?.steps.first?.time }
}
