import Diagnostics

/// A text with any number of labels: classes, or levels of a hierarchy from the coarsest on.
public struct ListLabelledText: Sendable, Equatable {
    /// The text.
    public var text: String
    /// The labels, in the order of the file.
    public var labels: [String]

    /// A text with labels.
    public init(text: String, labels: [String]) { (self.text, self.labels) = (text, labels) }
}

/// Texts with lists of labels in JSON: `text` and `label`, or `sentences` and `labels`. A label that
/// is no list is one alone.
public struct LabelListReader: RowReader {
    /// What was read so far.
    public internal(set) var counts = ReadingCounts()

    private let names: TextFieldNames
    let rules: ReadingRules
    private var rows: JSONRows

    /// The usual names.
    public static let usualNames = TextFieldNames(
        text: ["text", "sentences", "sentence"], label: ["labels", "label"])

    /// The texts in the file at `path`.
    ///
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    public init(
        path: String, names: TextFieldNames = usualNames, rules: ReadingRules = ReadingRules()
    ) throws {
        (self.names, self.rules) = (names, rules)
        rows = try JSONRows(path: path, object: .rowsOfLists)
    }

    /// The next text, nil after the last.
    ///
    /// - Throws: `InputError` for a row without text or labels, and a file without texts.
    public mutating func next() throws -> LabelledExample<ListLabelledText>? { try nextExample() }

    var emptiness: InputError { TextLines.empty(rows.path, expected: "texts with labels") }

    mutating func nextRow() throws -> JSONRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: JSONRows.Row) throws -> LabelledExample<ListLabelledText>? {
        let label = try row.required(names.label)
        let labels = try label.isArray ? label.elements().map { try $0.scalar() } : [label.scalar()]
        let content = ListLabelledText(
            text: try row.required(names.text).string(), labels: labels)
        let id = try row.value(names.id)?.scalar() ?? "\(counts.examples)"
        counts.examples += 1
        if content.text.isBlank { counts.emptyTexts += 1 }
        for name in Set(labels) { counts.labels[name, default: 0] += 1 }
        return LabelledExample(id: id, location: row.location, content: content)
    }
}
