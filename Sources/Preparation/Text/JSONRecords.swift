import Formats

/// The documents of JSON lines.
struct JSONRecords: RecordReader {
    private var lines: LineReader
    private let keys: [String]

    /// The lines of the file at `path`.
    init(path: String, fields: TextFields) throws {
        lines = try LineReader(
            path: path, largestLine: TextFormat.longestRecord, refusingPages: true)
        keys = [fields.text] + (fields.language.map { [$0] } ?? [])
    }

    var bytesRead: Int { lines.bytesRead }

    mutating func next() throws -> TextRecord? {
        while let line = try lines.next() {
            if line.continuesPrevious { continue }
            var record = TextRecord(place: line.number)
            if line.isContinued {
                record.trouble = .tooLong
            } else if !line.bytes.contains(where: { $0 > 0x20 }) {
                record.trouble = .empty
            } else if let found = try? JSONLine.strings(for: keys, in: line.bytes) {
                record.text = found[0]
                record.language = found.count > 1 ? found[1] : nil
            } else {
                record.trouble = .malformedJSON
            }
            return record
        }
        return nil
    }
}
