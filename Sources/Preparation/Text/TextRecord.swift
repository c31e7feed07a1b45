import Formats

/// What a file of text holds at one place: a document, or what is in place of one.
struct TextRecord {
    /// The line at which it begins, or the row of a Parquet file, from 1.
    var place: Int
    /// The document; nil where there is none.
    var text: [UInt8]?
    /// What names its language; nil where nothing does, or where it was not asked for.
    var language: [UInt8]?
    /// What happened to it, beside what its text shows.
    var trouble: ReadingReport.Trouble?

    /// The document's trouble: what happened, or what keeps its text from being one.
    var reasonAgainst: ReadingReport.Trouble? {
        if let trouble, trouble != .split { return trouble }
        guard let text else { return .noText }
        return ReadingReport.Trouble(of: text)
    }
}

/// The records of one file, one after another.
protocol RecordReader {
    /// Bytes that were read from the file so far, before decompression.
    var bytesRead: Int { get }

    /// The next record, nil after the last.
    ///
    /// - Throws: `InputError` when the file cannot be read or is damaged.
    mutating func next() throws -> TextRecord?
}

extension TextFormat {
    /// The longest document of a table, the longest JSON line and the longest row of CSV, in bytes.
    static let longestRecord = 1 << 24

    /// A reader of the file at `path`, in the format that its name tells.
    ///
    /// - Throws: `InputError` for a file that cannot be read, or lacks a column.
    static func reader(of path: String, fields: TextFields) throws -> any RecordReader {
        switch TextFormat(path: path) ?? .plain {
        case .plain: try PlainBlocks(path: path)
        case .jsonLines: try JSONRecords(path: path, fields: fields)
        case .parquet: try ParquetRecords(path: path, fields: fields)
        case .commaSeparated: try DelimitedRecords(path: path, comma: ",", fields: fields)
        case .tabSeparated: try DelimitedRecords(path: path, comma: "\t", fields: fields)
        }
    }
}
