import Reporting

/// Headings and rows of a table, to be written as text, as Markdown, or on a page.
struct SuiteTable {
    /// What stands over it.
    var title: String
    /// Names of the columns; the first is that of the rows.
    var headings: [String]
    /// Cells, with one for each heading.
    var rows: [[String]]

    /// As a terminal shows it.
    var text: String {
        var table = TextTable(headings: headings)
        for row in rows { table.add(row) }
        return title + "\n" + table.text(indentation: 2)
    }

    /// In Markdown, without the title.
    var markdownTable: String {
        MarkdownTable(
            headings: headings.map { markdown($0) }, rows: rows.map { $0.map { markdown($0) } }
        ).text
    }
}

extension SuiteResults.Table {
    /// The table with its values as text.
    var shown: SuiteTable {
        let names = columns.map { column in
            "\(column.task), \(column.metric)" + (column.isDevSelected ? ", dev-selected" : "")
        }
        return SuiteTable(
            title: title, headings: ["model"] + names + (hasAverage ? ["average"] : []),
            rows: rows.map { row in
                [row.name] + row.cells.map(\.text) + (hasAverage ? [row.averageText] : [])
            })
    }
}

extension SuiteResults.Task {
    /// What a task's tables are of: `f1 on test`.
    var measure: String {
        "\(metric) on \(split)" + (isDevSelected ? ", dev-selected" : "")
    }

    /// The means of every row; of several languages also without those that are learned from.
    var summary: SuiteTable {
        let learned = trainingLanguages.joined(separator: ", ")
        let headings =
            ["model", hasLanguages ? "mean of \(files.count)" : metric]
            + (hasGap ? ["without \(learned)", "transfer gap"] : []) + ["runs", "cut"]
        let rows = rows.map { row in
            [row.name, row.text(of: files.count)]
                + (hasGap ? [row.averageOfOthers.text, row.transferGap.text] : [])
                + [
                    row.runs.count < row.expectedRuns
                        ? "\(row.runs.count) of \(row.expectedRuns)" : "\(row.runs.count)",
                    row.cutShare > 0 ? percent(row.cutShare) : "0",
                ]
        }
        let examples = files.reduce(0) { $0 + $1.scored }
        let measured = examples > 0 ? ", \(grouped(examples)) examples" : ""
        let learnedExamples = trainExamples.map { ", \(grouped($0)) to learn from" } ?? ""
        return SuiteTable(
            title: "\(name): \(measure)\(measured)\(learnedExamples)",
            headings: headings, rows: rows)
    }

    /// Whether a training language is among those that are measured.
    var hasGap: Bool { rows.contains { $0.transferGap != nil } }

    /// The mean of every language; nil where there are none to be told apart.
    var languageTable: SuiteTable? {
        guard hasLanguages else { return nil }
        return SuiteTable(
            title: "\(name) by language", headings: ["language", "examples"] + rows.map(\.name),
            rows: files.indices.map { place in
                [files[place].name, grouped(files[place].scored)]
                    + rows.map { $0.languages[place].value.text }
            })
    }

    /// The means of every run.
    var runTable: SuiteTable {
        SuiteTable(
            title: "\(name) by run",
            headings: ["run", hasLanguages ? "mean of \(files.count)" : metric]
                + (hasGap ? ["without \(trainingLanguages.joined(separator: ", "))", "gap"] : []),
            rows: runs.map { row, run in
                [
                    Self.name(of: run, in: row),
                    Self.text(run.average) + (run.isCollapsed ? " !" : ""),
                ]
                    + (hasGap ? [Self.text(run.averageOfOthers), Self.text(run.transferGap)] : [])
            })
    }

    /// The value of every language in every run of the models; nil where there are none to be told
    /// apart.
    var valueTable: SuiteTable? {
        guard hasLanguages else { return nil }
        let runs = runs.filter { $0.row.isModel }
        return SuiteTable(
            title: "\(name), every run",
            headings: ["language"] + runs.map { Self.name(of: $0.run, in: $0.row) },
            rows: files.map { file in
                [file.name]
                    + runs.map {
                        Self.text($0.run.values[file.name]) + ($0.run.isCollapsed ? " !" : "")
                    }
            })
    }

    /// What each combination of swept values gave; nil without a sweep.
    var sweepTable: SuiteTable? {
        let swept = rows.filter { !$0.sweep.isEmpty }
        guard let first = swept.first else { return nil }
        let keys = first.sweep[0].settings.keys.sorted()
        return SuiteTable(
            title: "\(name): \(metric) on dev by swept values",
            headings: keys + swept.map(\.name),
            rows: first.sweep.indices.map { place in
                keys.map { first.sweep[place].settings[$0] ?? "" }
                    + swept.map { row in
                        let isBest = row.settings == row.sweep[place].settings
                        return row.sweep[place].dev.text + (isBest ? " ←" : "")
                    }
            })
    }

    private var runs: [(row: SuiteResults.Row, run: SuiteResults.Row.Run)] {
        rows.flatMap { row in row.runs.map { (row, $0) } }
    }

    private static func name(of run: SuiteResults.Row.Run, in row: SuiteResults.Row) -> String {
        row.name + (run.seed.map { " \($0)" } ?? "")
    }

    static func text(_ value: Double?) -> String {
        value.map { decimal(100 * $0, places: 1) } ?? "–"
    }
}
