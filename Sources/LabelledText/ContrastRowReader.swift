import Diagnostics

/// Texts that belong together in JSON: `anchor` and `positive`, or the names that FlagEmbedding and
/// others use, with negatives under `negatives`, `neg`, `negative`, and `negative_1` and so on by
/// their numbers, each a text or a list; or two texts with their `score`. A row with several positives is as many examples.
public struct ContrastRowReader: LabelledReader {
    /// What was read so far.
    public private(set) var counts = ReadingCounts()

    private let names: TextFieldNames
    private let isScored: Bool
    private let rules: ReadingRules
    private var rows: JSONRows
    /// Examples of the row that was read last, in reverse.
    private var pending: [LabelledExample<ContrastedTexts>] = []

    private static let negatives = ["negatives", "neg", "negative"]

    /// The examples in the file at `path`.
    ///
    /// - Parameter isScored: whether each row has a score, in place of belonging together.
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    public init(
        path: String, names: TextFieldNames = .contrasts, isScored: Bool = false,
        rules: ReadingRules = ReadingRules()
    ) throws {
        (self.names, self.isScored, self.rules) = (names, isScored, rules)
        rows = try JSONRows(path: path)
    }

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for a row without anchor or positive, one with a score where there
    ///   is to be none or without one where there is, and a file without examples.
    public mutating func next() throws -> LabelledExample<ContrastedTexts>? {
        while pending.isEmpty, let row = try rows.next(counting: &counts, rules: rules) {
            do {
                let id = try row.value(names.id)?.scalar() ?? "\(counts.examples)"
                for content in try contents(of: row) {
                    counts.add(content)
                    pending.insert(
                        LabelledExample(id: id, location: row.location, content: content), at: 0)
                }
            } catch let error as InputError {
                try rules.passOver(error, in: &counts)
            }
        }
        if let example = pending.popLast() { return example }
        guard counts.examples > 0 else {
            throw TextLines.empty(rows.path, expected: "texts that belong together")
        }
        return nil
    }

    private func contents(of row: JSONRows.Row) throws -> [ContrastedTexts] {
        let anchor = try row.required(names.text).string()
        let positives = try row.required(names.pair).texts()
        guard let first = positives.first else {
            throw InputError(
                at: row.location, expected: "a text that belongs to “\(anchor.prefix(60))”",
                found: "an empty list", remedy: "Remove the row, or name a text.")
        }
        let score = row.value(names.label)
        guard isScored else {
            if let score { throw score.unwantedScore }
            let negatives = try negatives(of: row)
            return positives.map {
                ContrastedTexts(anchor: anchor, positive: $0, negatives: negatives)
            }
        }
        let written = try row.required(names.label)
        guard
            case .score(let value)? = try TextLabelKind.scores().label(
                written.scalar(), rules: rules, at: written.location)
        else { throw written.wrong("a score") }
        return [ContrastedTexts(anchor: anchor, positive: first, score: value)]
    }

    private func negatives(of row: JSONRows.Row) throws -> [String] {
        let numbered = row.fields.keys.compactMap { key in
            Self.number(ofNegative: key).map { (number: $0, key: key) }
        }.sorted { ($0.number, $0.key) < ($1.number, $1.key) }
        return try (Self.negatives + numbered.map(\.key)).flatMap {
            try row.fields[$0]?.texts() ?? []
        }
    }

    /// 3 of `negative_3`, nil for other keys.
    private static func number(ofNegative key: String) -> Int? {
        let front = "negative_"
        guard key.hasPrefix(front) else { return nil }
        let digits = key.dropFirst(front.count)
        return digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? Int(digits) : nil
    }
}

extension JSONValue {
    /// A text, or a list of texts.
    fileprivate func texts() throws -> [String] {
        isArray ? try elements().map { try $0.string() } : [try string()]
    }

    fileprivate var unwantedScore: InputError {
        InputError(
            at: location, expected: "texts that belong together", found: "a score",
            remedy: "Write loss: {name: cosent} to learn from scores, or leave them out.")
    }
}
