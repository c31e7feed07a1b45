import Diagnostics

/// Texts, or pairs, with labels in a table: of columns parted by tabs, in which quotation marks are
/// characters like others, or of CSV.
public struct TextTableReader: RowReader {
    /// How columns are found.
    public enum Columns: Sendable {
        /// By the names in the first row, in any case.
        case named(TextFieldNames)
        /// A pair and its label, without a row of names, as in XTREME's files; those for testing
        /// have the pair alone.
        case pairThenLabel
        /// A score and a pair, without a row of names, as in SemEval's files.
        case scoreThenPair
    }

    /// What was read so far.
    public internal(set) var counts = ReadingCounts()

    private let kind: TextLabelKind
    private let spellings: [String: String]
    private let untranslated: String?
    let rules: ReadingRules
    private let columns: TextColumns
    private var rows: TableRows

    /// The examples in the file at `path`.
    ///
    /// - Parameters:
    ///   - kind: what the labels are.
    ///   - quoting: what quotation marks mean, and what parts the columns.
    ///   - spellings: other ways in which files write a label.
    ///   - untranslated: what stands in place of a text that was not translated; such rows are
    ///     given and counted.
    /// - Throws: `InputError` for an empty file, and one without the columns.
    public init(
        path: String, columns: Columns, kind: TextLabelKind = .names(),
        quoting: TableQuoting = .plain, spellings: [String: String] = [:],
        untranslated: String? = nil,
        rules: ReadingRules = ReadingRules()
    ) throws {
        (self.kind, self.spellings, self.rules) = (kind, spellings, rules)
        self.untranslated = untranslated
        rows = try TableRows(path: path, quoting: quoting)
        guard let first = try rows.next(counting: &counts, rules: rules) else {
            throw TextLines.empty(path, expected: "examples")
        }
        switch columns {
        case .named(let names):
            self.columns = try TextColumns(first.fields, names, at: rows.location(first))
        case .pairThenLabel:
            guard 2...3 ~= first.fields.count else {
                throw rows.unequal(first, width: 3, as: "text, text, label")
            }
            self.columns = TextColumns(
                text: 0, pair: 1, label: first.fields.count == 3 ? 2 : nil,
                width: first.fields.count, source: "the first row")
            rows.unread(first)
        case .scoreThenPair:
            guard first.fields.count == 3 else {
                throw rows.unequal(first, width: 3, as: "score, text, text")
            }
            self.columns = TextColumns(
                text: 1, pair: 2, label: 0, width: 3, source: "the first row")
            rows.unread(first)
        }
        guard self.columns.label == nil, rules.needsLabels else { return }
        let wanted =
            if case .named(let names) = columns {
                "a column “\(names.label.joined(separator: "” or “"))”"
            } else {
                "a column of labels, the third"
            }
        throw InputError(
            at: rows.location(first), expected: wanted,
            found: TextColumns.shown(first.fields),
            remedy: "Name the column of labels, or use this file for predictions only.")
    }

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for a row with other columns than the first, a label that may not
    ///   be, and a file without examples.
    public mutating func next() throws -> LabelledExample<ClassifiedText>? {
        try nextExample()
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "examples")
    }

    mutating func nextRow() throws -> TableRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: TableRows.Row) throws -> LabelledExample<ClassifiedText>? {
        let content = try content(of: row)
        let id = columns.id.map { row.fields[$0] } ?? "\(counts.examples)"
        counts.add(content)
        if let untranslated, [content.text, content.pair].contains(untranslated) {
            counts.untranslated += 1
        }
        return LabelledExample(id: id, location: rows.location(row), content: content)
    }

    private func content(of row: TableRows.Row) throws -> ClassifiedText {
        guard row.fields.count == columns.width else {
            throw rows.unequal(row, width: columns.width, as: columns.source)
        }
        var content = ClassifiedText(
            text: row.fields[columns.text], pair: columns.pair.map { row.fields[$0] }, label: nil)
        if let place = columns.label {
            let written = row.fields[place]
            content.label = try kind.label(
                spellings[written.trimmed] ?? written, rules: rules, at: rows.location(row))
        }
        return content
    }
}
