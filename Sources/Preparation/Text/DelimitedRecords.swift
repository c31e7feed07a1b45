import Diagnostics
import Formats

/// The rows of a table in CSV or TSV, whose first row has the names of the columns.
struct DelimitedRecords: RecordReader {
    private var rows: DelimitedReader
    /// The places of the wanted columns, and how many columns there are.
    private let columns: [Int]
    private let width: Int

    /// The rows of the file at `path`, whose fields `comma` parts.
    ///
    /// - Throws: `InputError` for a file without header, or one that lacks a column.
    init(path: String, comma: Unicode.Scalar, fields: TextFields) throws {
        var rows = try DelimitedReader(
            path: path, comma: UInt8(ascii: comma), largestRow: TextFormat.longestRecord)
        guard let header = try rows.next(), header.problem == nil else {
            throw InputError(
                at: path, expected: "a first row with the names of the columns",
                found: rows.row == 0 ? "an empty file" : "a row that cannot be read",
                remedy: "Write the names into the first row, such as text.")
        }
        let names = header.fields.map { String(decoding: $0, as: UTF8.self) }
        columns = try fields.options.map { name, option in
            let places = names.indices.filter { names[$0] == name }
            guard places.count == 1 else {
                let shown = names.prefix(20).map { $0.prefix(100) }.joined(separator: ", ")
                let more = names.count > 20 ? " and \(names.count - 20) more" : ""
                throw InputError(
                    at: "\(path):1", expected: "one column “\(name)”",
                    found: (places.isEmpty ? "columns " : "it more than once among ") + shown
                        + more,
                    remedy: "Name the column with \(option), or mend the first row.")
            }
            return places[0]
        }
        width = names.count
        self.rows = rows
    }

    var bytesRead: Int { rows.bytesRead }

    mutating func next() throws -> TextRecord? {
        guard let row = try rows.next() else { return nil }
        var record = TextRecord(place: row.line)
        switch row.problem {
        case .quotes: record.trouble = .quotes
        case .tooLong: record.trouble = .tooLong
        case nil where row.isBlank: record.trouble = .empty
        case nil where row.fields.count != width: record.trouble = .fieldCount
        case nil:
            record.text = row.fields[columns[0]]
            record.language = columns.count > 1 ? row.fields[columns[1]] : nil
        }
        return record
    }
}
