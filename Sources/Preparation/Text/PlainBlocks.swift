import Formats

/// The documents of plain text: blocks of lines between blank lines.
///
/// A block larger than 1 MiB is split at a line's end, so that a file without blank lines needs no
/// more memory than any other.
struct PlainBlocks: RecordReader {
    private var lines: LineReader

    /// The largest document, in bytes.
    private static let largestBlock = 1 << 20

    /// The blocks of the file at `path`.
    init(path: String) throws {
        lines = try LineReader(path: path, largestLine: Self.largestBlock, refusingPages: true)
    }

    var bytesRead: Int { lines.bytesRead }

    mutating func next() throws -> TextRecord? {
        var block: [UInt8] = []
        var first = 0
        while let line = try lines.next() {
            if !line.bytes.contains(where: { $0 > 0x20 || $0 == 0 }) {
                if block.isEmpty { continue }
                break
            }
            if block.isEmpty {
                first = line.number
            } else if !line.continuesPrevious {
                block.append(0x0a)
            }
            block.append(contentsOf: line.bytes)
            if block.count >= Self.largestBlock {
                return TextRecord(place: line.number, text: block, trouble: .split)
            }
        }
        return block.isEmpty ? nil : TextRecord(place: first, text: block)
    }
}
