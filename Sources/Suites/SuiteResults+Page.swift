import Pages
import Reporting

extension SuiteResults {
    /// The scores as a page.
    package func page(curves: SuiteCurves) -> String {
        let state =
            finishedRuns == runs
            ? "All \(counted(runs, "run")) are finished."
            : "\(finishedRuns) of \(counted(runs, "run")) are finished."
        let sections =
            [section("Tables", tables.enumerated().map(tablePictures).joined())]
            + tasks.enumerated().map { place, task in
                section(
                    task.name, taskPictures(task, place, curves: curves.curves(of: task.name)))
            }
        return Pages.page(
            title: "\(name): scores", heading: name, subheading: "\(state) Values × 100.",
            keyFigures(figures) + warnings + sections.joined() + Pages.notes(notes))
    }

    /// The numbers that people ask for first.
    private var figures: [(value: String, name: String)] {
        let models = Set(tasks.flatMap { $0.rows.filter(\.isModel).map(\.name) }).count
        let languages = Set(tasks.flatMap { $0.files.map(\.name) }.filter { !$0.isEmpty }).count
        var figures = [
            (
                finishedRuns == runs
                    ? grouped(runs) : "\(grouped(finishedRuns)) of \(grouped(runs))",
                "runs"
            ),
            (grouped(models), agreeing(models, "model")),
            (grouped(tasks.count), agreeing(tasks.count, "task")),
            (grouped(seeds.count), agreeing(seeds.count, "seed")),
        ]
        if languages > 1 { figures.append((grouped(languages), "languages measured")) }
        return figures
    }

    private var warnings: String {
        failures.map {
            tag("p", ["class": "warning"], escaped("failed: \($0.run): \($0.reason)"))
        }.joined()
    }

    /// A table, and its values as a picture.
    private func tablePictures(_ place: Int, _ table: Table) -> String {
        let styles = styles(of: table.rows.map { ($0.name, $0.isModel) })
        var columns = table.columns.indices.map { column in
            (table.columns[column].task, table.rows.map { $0.cells[column].value })
        }
        if table.hasAverage { columns.append(("average", table.rows.map(\.average))) }
        let rows = columns.map { name, values in
            dotRow(name, zip(table.rows.map(\.name), values).map { ($0, $1) }, styles)
        }
        let chart = DotRows(
            rows: rows, description: "Scores of every task by model", format: Self.hundredths)
        return figure(
            table.title, chart.html, legend: legend(table.rows.map { ($0.name, styles[$0.name]) }),
            caption: "Means over seeds; bars are their 95 % intervals. On the right: "
                + "\(table.rows.first?.name ?? "the first model").")
            + tag(
                "div", ["class": "beside"],
                pageTable(table.shown, name: "table-\(Self.word(place))").html)
    }

    private func taskPictures(
        _ task: Task, _ place: Int, curves: [SuiteCurves.Curve]
    ) -> String {
        let styles = styles(of: task.rows.map { ($0.name, $0.isModel) })
        let name = Self.word(place)
        var content = tag("p", ["class": "small"], escaped(task.summary.title))
        content += pageTable(task.summary, name: "summary-\(name)").html
        content += tag(
            "div", ["class": "pair"],
            curveFigure(task, curves, styles)
                + (task.files.count > 20 ? rankFigure(task, styles) : ""))
        if let table = task.sweepTable {
            content += tag("h3", [:], escaped(table.title))
            content += pageTable(table, name: "sweep-\(name)").html
        }
        if let table = task.languageTable {
            let rows = task.files.indices.map { file in
                dotRow(
                    task.files[file].name,
                    task.rows.map { ($0.name, $0.languages[file].value) }, styles)
            }
            let chart = DotRows(
                rows: rows, description: "\(task.name) by language", format: Self.hundredths)
            let picture = figure(
                "By language", chart.html,
                legend: legend(task.rows.map { ($0.name, styles[$0.name]) }),
                caption: "Means over seeds; bars are their 95 % intervals.")
            let numbers = pageTable(table, name: "languages-\(name)").html
            content +=
                task.files.count > 60
                ? folded("All \(task.files.count) languages", picture + numbers)
                : picture + folded("Numbers by language", numbers)
        }
        if let table = task.measureTable {
            content += folded("All measures", pageTable(table, name: "measures-\(name)").html)
        }
        content += folded("Every run", everyRun(task, name))
        return content
    }

    private func everyRun(_ task: Task, _ name: String) -> String {
        pageTable(task.runTable, name: "runs-\(name)").html
            + (task.valueTable.map { pageTable($0, name: "values-\(name)").html } ?? "")
    }

    /// The development scores over the epochs, a line for each run.
    private func curveFigure(
        _ task: Task, _ curves: [SuiteCurves.Curve], _ styles: [String: String]
    ) -> String {
        guard !curves.isEmpty else { return "" }
        let chart = PointChart(
            series: curves.map { curve in
                .init(
                    style: styles[curve.row] ?? "s0",
                    points: curve.points.map { ($0.epoch, $0.value) },
                    tooltip: "\(curve.row), seed \(curve.seed.map(String.init) ?? "none")")
            },
            horizontal: .init(title: "Epochs", isLogarithmic: false, text: shortNumber),
            vertical: .init(
                title: "\(task.metric) on dev", isLogarithmic: false, text: Self.hundredths),
            isLine: true)
        return figure(
            "While training", chart.html,
            legend: legend(models(task).map { ($0.name, styles[$0.name]) }),
            caption: "A line for each run.")
    }

    /// The languages of each model from the best to the worst.
    private func rankFigure(_ task: Task, _ styles: [String: String]) -> String {
        let series = task.rows.map { row in
            let values = row.languages.compactMap { $0.value?.mean }.sorted(by: >)
            return PointChart.Series(
                style: (styles[row.name] ?? "s0") + (row.isModel ? "" : " dashed"),
                points: values.enumerated().map { (Double($0 + 1), $1) }, tooltip: row.name)
        }
        let chart = PointChart(
            series: series,
            horizontal: .init(title: "Languages, best first", isLogarithmic: false) {
                "\(whole($0))"
            },
            vertical: .init(
                title: task.metric, isLogarithmic: false, text: Self.hundredths), isLine: true)
        return figure(
            "From the best language to the worst", chart.html,
            legend: legend(task.rows.map { ($0.name, styles[$0.name]) }),
            caption: "Each model's languages in its own order.")
    }

    private func models(_ task: Task) -> [Row] { task.rows.filter(\.isModel) }

    private func isModel(_ name: String) -> Bool {
        tasks.contains { $0.rows.contains { $0.name == name && $0.isModel } }
    }

    private func dotRow(
        _ name: String, _ values: [(row: String, value: SuiteMean?)], _ styles: [String: String]
    ) -> DotRows.Row {
        DotRows.Row(
            name: name.isEmpty ? "all" : name,
            dots: values.reversed().compactMap { row, value in
                value.map {
                    DotRows.Dot(
                        style: styles[row] ?? "others", value: $0.mean, isHollow: !isModel(row),
                        halfWidth: $0.halfWidth ?? 0, tooltip: "\(row): \($0.text)")
                }
            }, text: (values.first?.value).text)
    }

    private func legend(_ entries: [(String, String?)]) -> String {
        Pages.legend(entries.map { ($0.0, $0.1 ?? "others") })
    }

    /// A colour for each model, a quiet one for what is measured without one.
    private func styles(of rows: [(name: String, isModel: Bool)]) -> [String: String] {
        var styles: [String: String] = [:]
        let known = tasks.flatMap { $0.rows.filter(\.isModel).map(\.name) }
        var order: [String] = []
        for name in known where !order.contains(name) { order.append(name) }
        var quiet = ["l8", "l9", "l3", "l5"][...]
        for (name, isModel) in rows {
            styles[name] =
                isModel
                ? "s\((order.firstIndex(of: name) ?? 0) % 6)"
                : name == "majority" ? "soft" : quiet.popFirst() ?? "others"
        }
        return styles
    }

    private func pageTable(_ table: SuiteTable, name: String) -> PageTable {
        PageTable(name: name, headings: table.headings, rows: table.rows)
    }

    private static func hundredths(_ value: Double) -> String { shortNumber(100 * value) }

    /// A number as letters, of which names of tables consist.
    private static func word(_ number: Int) -> String {
        String(number).compactMap { $0.wholeNumberValue }.map { digit in
            String(UnicodeScalar(UInt8(ascii: "a") + UInt8(digit)))
        }.joined()
    }
}
