import Diagnostics

/// Texts that belong together in a table: an anchor, its positive, and negatives in further
/// columns; or, with names in the first row, two texts with their score.
///
/// A first row that begins with known names, such as `anchor` and `positive`, is no example.
public struct ContrastTableReader: RowReader {
    /// What was read so far.
    public internal(set) var counts = ReadingCounts()

    let rules: ReadingRules
    private var rows: TableRows
    private var texts: [Int]
    private var score: Int?
    private var id: Int?
    private let width: Int

    /// The examples in the file at `path`.
    ///
    /// - Parameters:
    ///   - isScored: whether each row has a score, in place of belonging together.
    ///   - isNamed: whether the first row must have the names, since somebody gave them.
    ///   - quoting: what quotation marks mean, and what parts the columns.
    /// - Throws: `InputError` for an empty file, and one without the columns.
    public init(
        path: String, names: TextFieldNames = .contrasts, isScored: Bool = false,
        isNamed: Bool = false, quoting: TableQuoting = .plain, rules: ReadingRules = ReadingRules()
    ) throws {
        self.rules = rules
        rows = try TableRows(path: path, quoting: quoting)
        guard let first = try rows.next(counting: &counts, rules: rules) else {
            throw TextLines.empty(path, expected: "texts that belong together")
        }
        width = first.fields.count
        let header = first.fields.map { $0.trimmed.lowercased() }
        let hasNames = names.text.contains { header.contains($0.lowercased()) }
        guard isNamed || hasNames || isScored else {
            guard width >= 2 else {
                throw rows.unequal(first, width: 2, as: "anchor, positive and perhaps negatives")
            }
            texts = Array(0..<width)
            rows.unread(first)
            return
        }
        let columns = try TextColumns(first.fields, names, at: rows.location(first))
        texts = [columns.text] + (columns.pair.map { [$0] } ?? [])
        id = columns.id
        if isScored {
            guard let place = columns.label else {
                throw InputError(
                    at: rows.location(first),
                    expected: "a column “\(names.label.joined(separator: "” or “"))”",
                    found: TextColumns.shown(first.fields),
                    remedy: "Name the column of scores.")
            }
            score = place
        } else if let place = columns.label {
            throw InputError(
                at: rows.location(first), expected: "texts that belong together",
                found: "a column of scores, “\(first.fields[place])”",
                remedy: "Write loss: {name: cosent} to learn from scores, or leave them out.")
        } else {
            texts += header.indices.filter { header[$0].hasPrefix("negative") }
        }
    }

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for a row with other columns than the first, a score that is none,
    ///   and a file without examples.
    public mutating func next() throws -> LabelledExample<ContrastedTexts>? {
        try nextExample()
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "texts that belong together")
    }

    mutating func nextRow() throws -> TableRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: TableRows.Row) throws -> LabelledExample<ContrastedTexts>? {
        guard row.fields.count == width else {
            throw rows.unequal(row, width: width, as: "the first row")
        }
        let fields = texts.map { row.fields[$0] }
        var content = ContrastedTexts(
            anchor: fields[0], positive: fields[1], negatives: Array(fields.dropFirst(2)))
        if let score {
            guard
                case .score(let value)? = try TextLabelKind.scores().label(
                    row.fields[score], rules: rules, at: rows.location(row))
            else { return nil }
            content.score = value
        }
        let id = id.map { row.fields[$0] } ?? "\(counts.examples)"
        counts.add(content)
        return LabelledExample(id: id, location: rows.location(row), content: content)
    }
}
