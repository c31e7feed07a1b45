import Diagnostics

/// Premises with choices in JSON lines, such as COPA and XCOPA: `premise`, `question`, `choice1`,
/// `choice2` and so on, `label` as the place of the right one from 0, `idx`.
///
/// Source: Ponti et al., "XCOPA: A Multilingual Dataset for Causal Commonsense Reasoning" (2020).
public struct ChoiceReader: RowReader {
    /// What was read so far; labels are places.
    public internal(set) var counts = ReadingCounts()

    let rules: ReadingRules
    private var rows: JSONRows
    /// How many choices the first row has.
    private var width: Int?

    /// The examples in the file at `path`.
    ///
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    public init(path: String, rules: ReadingRules = ReadingRules()) throws {
        self.rules = rules
        rows = try JSONRows(path: path)
    }

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for a row without premise or two choices, a label that is no place
    ///   of a choice, and a file without examples.
    public mutating func next() throws -> LabelledExample<ChosenAnswer>? {
        try nextExample()
    }

    var emptiness: InputError {
        TextLines.empty(rows.path, expected: "premises with choices")
    }

    mutating func nextRow() throws -> JSONRows.Row? {
        try rows.next(counting: &counts, rules: rules)
    }

    mutating func example(_ row: JSONRows.Row) throws -> LabelledExample<ChosenAnswer>? {
        let premise = try row.required(["premise"]).string()
        var choices: [String] = []
        while let choice = row.fields["choice\(choices.count + 1)"] {
            choices.append(try choice.string())
        }
        let width = width ?? max(2, choices.count)
        guard choices.count == width else {
            throw InputError(
                at: row.location, expected: "choice1 to choice\(width)",
                found: choices.isEmpty ? "none" : "those to choice\(choices.count)",
                remedy: "Give every premise the same number of choices.")
        }
        self.width = width
        let choice = try choice(of: row, width: width)
        let content = ChosenAnswer(
            premise: premise, question: try row.fields["question"]?.string(), choices: choices,
            choice: choice)
        let id = try row.value(["idx", "id"])?.scalar() ?? "\(counts.examples)"
        counts.examples += 1
        if ([premise] + choices).contains(where: \.isBlank) { counts.emptyTexts += 1 }
        if let choice {
            counts.labels["\(choice)", default: 0] += 1
        } else {
            counts.unlabelled += 1
        }
        return LabelledExample(id: id, location: row.location, content: content)
    }

    /// The place of the right choice; nil where the row withholds it: nothing, or −1.
    private func choice(of row: JSONRows.Row, width: Int) throws -> Int? {
        let label = row.fields["label"]
        let written = try label?.scalar().trimmed ?? ""
        guard let label, !written.isEmpty, written != "-1" else {
            try rules.checkAbsence(at: row.location)
            return nil
        }
        guard let place = Int(written), (0..<width).contains(place) else {
            throw label.wrong("the place of a choice, 0 to \(width - 1)")
        }
        return place
    }
}
