import Diagnostics
import Glibc

/// The event files that are in a folder. TensorBoard reads them in the order of their names, which
/// begin with a time in seconds, so a new one must have a later time than all others, whatever the
/// clock says.
struct EventFiles {
    /// The newest file's path; nil where there is none.
    let newest: String?
    /// The time in its name, in seconds since 1970; 0 where there is none.
    let seconds: Int

    private static let prefix = "events.out.tfevents."
    /// Names have so many digits; a number with more is no time.
    private static let digits = 10

    /// Looks into `folder`.
    init(in folder: String) throws {
        let times = try Folder.contents(of: folder).compactMap { name in
            Self.seconds(of: name).map { ($0, name) }
        }
        let last = times.max { $0 < $1 }
        newest = last.map { Folder.join(folder, $0.1) }
        seconds = last?.0 ?? 0
    }

    /// The name of a file that is read after those that are there: `distinction` follows the time.
    func nextName(now: Int, _ distinction: String) -> String {
        let time = String(max(now, seconds + 1))
        let zeros = String(repeating: "0", count: max(0, Self.digits - time.count))
        return "\(Self.prefix)\(zeros)\(time).\(distinction)"
    }

    private static func seconds(of name: String) -> Int? {
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.dropFirst(prefix.count).prefix { $0 != "." }
        return digits.count <= Self.digits ? Int(digits).flatMap { $0 >= 0 ? $0 : nil } : nil
    }
}

/// What an event file holds: where its last whole record ends, and when that was written.
struct EventFileEnd {
    /// Bytes of the whole records.
    private(set) var end = 0
    /// Bytes of the file.
    let count: Int
    /// Whether the rest is what an interrupted write leaves, the beginning of a record or zeros;
    /// otherwise it is a damaged record, and others may follow.
    private(set) var isRestHalf = false
    /// The last record's time in seconds since 1970; 0 where there is none.
    private(set) var time = 0.0

    private static let headCount = 12
    private static let checkCount = 4

    /// Reads the file at `path`.
    init(path: String) throws {
        let file = try MappedFile(path: path)
        count = file.count
        withExtendedLifetime(file) {
            while let (event, next) = Self.record(in: file.bytes, at: end) {
                if event.first == 9, event.count >= 9 {
                    let seconds = Double(bitPattern: Self.integer(event.dropFirst().prefix(8)))
                    if seconds.isFinite { time = max(time, seconds) }
                }
                end = next
            }
            let rest = file.bytes.dropFirst(end)
            isRestHalf =
                Self.length(ofRecordAt: rest).map { $0 > rest.count }
                ?? (rest.count < Self.headCount || rest.allSatisfy { $0 == 0 })
        }
    }

    /// Bytes of the record that `bytes` begin with; nil where the head is damaged or not whole.
    private static func length(ofRecordAt bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard bytes.count >= headCount else { return nil }
        let head = bytes.prefix(8)
        let check = bytes.dropFirst(8).prefix(checkCount)
        guard integer(check) == UInt64(CRC32C.masked(head)),
            let length = Int(exactly: integer(head)),
            length <= Int.max - headCount - checkCount
        else { return nil }
        return headCount + length + checkCount
    }

    /// The record that begins at `start`, and where the next one does; nil where none is whole.
    private static func record(
        in bytes: UnsafeRawBufferPointer, at start: Int
    ) -> (event: Slice<UnsafeRawBufferPointer>, next: Int)? {
        let rest = bytes.dropFirst(start)
        guard let length = length(ofRecordAt: rest), length <= rest.count else { return nil }
        let event = rest.dropFirst(headCount).prefix(length - headCount - checkCount)
        let check = rest.prefix(length).suffix(checkCount)
        guard integer(check) == UInt64(CRC32C.masked(event)) else { return nil }
        return (event, start + length)
    }

    /// Little-endian.
    private static func integer(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
