import Diagnostics

/// Texts, or pairs, with labels in JSON: lines, a list, an object of rows or of columns.
public struct TextRowReader: RowReader {
    /// What was read so far.
    public internal(set) var counts = ReadingCounts()

    private let names: TextFieldNames
    private let kind: TextLabelKind
    private let noAgreement: String?
    let rules: ReadingRules
    private var rows: JSONRows

    /// The examples in the file at `path`.
    ///
    /// - Parameter noAgreement: what stands in place of the label of a row that is passed over, and
    ///   counted, since people disagree on it.
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    public init(
        path: String, names: TextFieldNames, kind: TextLabelKind = .names(),
        noAgreement: String? = nil, rules: ReadingRules = ReadingRules()
    ) throws {
        (self.names, self.kind, self.rules) = (names, kind, rules)
        self.noAgreement = noAgreement
        rows = try JSONRows(path: path, object: kind.isList ? .rowsOfLists : .rows)
    }

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for a row without text, a label that may not be, and a file without
    ///   examples.
    public mutating func next() throws -> LabelledExample<ClassifiedText>? {
        try nextExample()
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "examples")
    }

    mutating func nextRow() throws -> JSONRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: JSONRows.Row) throws -> LabelledExample<ClassifiedText>? {
        if let noAgreement, row.value(names.label)?.scalarText?.trimmed == noAgreement {
            counts.passOver(.noAgreement)
            return nil
        }
        let content = try content(of: row)
        let id = try row.value(names.id)?.scalar() ?? row.name ?? "\(counts.examples)"
        counts.add(content)
        return LabelledExample(id: id, location: row.location, content: content)
    }

    private func content(of row: JSONRows.Row) throws -> ClassifiedText {
        var content = ClassifiedText(text: try row.required(names.text).string(), label: nil)
        if !names.pair.isEmpty { content.pair = try row.required(names.pair).string() }
        guard let label = row.value(names.label) else {
            try rules.checkAbsence(at: row.location)
            return content
        }
        content.label = try kind.label(label, rules: rules)
        return content
    }
}
