import Formats

/// The rows of a Parquet file.
struct ParquetRecords: RecordReader {
    private var rows: ParquetReader

    /// The rows of the file at `path`.
    init(path: String, fields: TextFields) throws {
        rows = try ParquetReader(
            path: path, columns: fields.options, longest: TextFormat.longestRecord)
    }

    var bytesRead: Int { rows.bytesRead }

    mutating func next() throws -> TextRecord? {
        guard let row = try rows.next() else { return nil }
        return TextRecord(
            place: rows.rowsRead, text: row[0].string, language: row.dropFirst().first?.string,
            trouble: row[0] == .tooLong ? .tooLong : nil)
    }
}

extension TextFields {
    /// The fields with the options by which they are named.
    var options: [(name: String, option: String)] {
        [(text, "--text-field")] + (language.map { [($0, "--language-field")] } ?? [])
    }
}
