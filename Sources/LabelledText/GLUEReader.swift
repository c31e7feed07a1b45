import Diagnostics

/// The examples of a GLUE task: tab-separated files as the authors publish them, or with the column
/// names of the Hugging Face hub.
///
/// Columns are found by name in the first row, in any case. CoLA's training and development files
/// have no first row of names: source, label, mark, sentence. Quotation marks are characters like
/// others. Pairs without agreement (`-`) and Quora's short rows are passed over and counted.
public struct GLUEReader: RowReader {
    /// What was read so far.
    public internal(set) var counts = ReadingCounts()

    private let task: GLUETask
    let rules: ReadingRules
    private let columns: TextColumns
    private var rows: TableRows

    /// The examples of `task` in the file at `path`.
    ///
    /// - Throws: `InputError` for an empty file, one without the task's columns, and one without
    ///   labels where the rules need them.
    public init(path: String, task: GLUETask, rules: ReadingRules = ReadingRules()) throws {
        (self.task, self.rules) = (task, rules)
        rows = try TableRows(path: path)
        guard let first = try rows.next(counting: &counts, rules: rules) else {
            throw TextLines.empty(path, expected: "examples of \(task.rawValue)")
        }
        if task == .cola, Self.isUnnamed(first.fields) {
            columns = TextColumns(
                text: 3, label: 1, width: 4,
                source: "in CoLA: source, label 0 or 1, mark, sentence")
            rows.unread(first)
        } else {
            columns = try TextColumns(first.fields, task.fields, at: rows.location(first))
        }
        guard columns.label != nil || !rules.needsLabels else {
            throw InputError(
                at: rows.location(first),
                expected: "a column “\(task.fields.label.joined(separator: "” or “"))”",
                found: "none, as in files for testing",
                remedy: "Name the training or development file; use this one for predictions.")
        }
    }

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for a row with other columns than the first, a label that the task
    ///   has not, and a file without examples.
    public mutating func next() throws -> LabelledExample<ClassifiedText>? {
        try nextExample()
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "examples of \(task.rawValue)")
    }

    mutating func nextRow() throws -> TableRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: TableRows.Row) throws -> LabelledExample<ClassifiedText>? {
        if task == .qqp, row.fields.count < columns.width {
            counts.passOver(.shortRow)
            return nil
        }
        guard let content = try content(of: row) else {
            counts.passOver(.noAgreement)
            return nil
        }
        let id = columns.id.map { row.fields[$0] } ?? "\(counts.examples)"
        counts.add(content)
        return LabelledExample(id: id, location: rows.location(row), content: content)
    }

    /// What a row says; nil for a pair without agreement.
    private func content(of row: TableRows.Row) throws -> ClassifiedText? {
        guard row.fields.count == columns.width else {
            throw rows.unequal(row, width: columns.width, as: columns.source)
        }
        var content = ClassifiedText(
            text: row.fields[columns.text], pair: columns.pair.map { row.fields[$0] }, label: nil)
        guard let place = columns.label else { return content }
        let written = row.fields[place]
        let location = rows.location(row)
        if let mark = task.noAgreement, written.trimmed == mark { return nil }
        content.label = try task.kind.label(written, rules: rules, at: location)
        return content
    }

    /// Whether a first row of CoLA is an example and not the names of columns.
    private static func isUnnamed(_ fields: [String]) -> Bool {
        fields.count == 4 && ["0", "1"].contains(fields[1].trimmed)
    }
}
