import Formats

/// The documents of one language, one after another.
///
/// In JSON lines every line is an object with a document under a key; in Parquet, CSV and TSV every
/// row has one in a column. In plain text a document is a block of lines between blank lines. A
/// block larger than 1 MiB is split at a line's end, so that a file without blank lines needs no
/// more memory than any other.
public struct DocumentReader {
    /// What was read and what was passed over so far.
    public private(set) var report = ReadingReport()
    /// Bytes that were read from the files so far, before decompression.
    public var bytesRead: Int { bytesOfFinishedFiles + (records?.bytesRead ?? 0) }

    private let source: TextSource
    private var nextFile = 0
    private var records: (any RecordReader)?
    private var bytesOfFinishedFiles = 0

    /// A reader at the beginning of a source.
    public init(_ source: TextSource) {
        self.source = source
    }

    /// The next document, valid UTF-8, or nil after the last.
    ///
    /// - Throws: `InputError` when a file cannot be read or is damaged.
    public mutating func next() throws -> [UInt8]? {
        while true {
            if records == nil {
                guard nextFile < source.paths.count else { return nil }
                records = try TextFormat.reader(
                    of: source.paths[nextFile], fields: TextFields(text: source.textField))
                nextFile += 1
            }
            guard let record = try records?.next() else {
                bytesOfFinishedFiles = bytesRead
                records = nil
                continue
            }
            let path = source.paths[nextFile - 1]
            if record.trouble == .split { report.count(.split, at: path, line: record.place) }
            if let reason = record.reasonAgainst {
                report.count(reason, at: path, line: record.place)
            } else if let document = record.text {
                report.documents += 1
                report.bytes += document.count
                return document
            }
        }
    }
}
