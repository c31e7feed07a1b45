import Diagnostics
import Foundation
import Serialization
import Synchronization

/// Writes an event file that TensorBoard shows: scalars by step.
///
/// A writer never appends to a file: a resumed run starts a new one in the same folder, with the
/// step at which it resumes. TensorBoard then leaves out what earlier files hold from that step on.
///
/// A clock that is set back changes nothing: files and events are never older than those before.
public final class TensorBoardWriter {
    /// Where the events are.
    public let path: String
    /// What was wrong with the folder's newest file and is mended; nil for nothing.
    public let repair: String?

    private let descriptor: Int32
    private let now: () -> Double
    /// The time of the last event, in seconds since 1970.
    private var time: Double
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16
    private static let counter = Atomic<Int>(0)

    /// Starts an event file in `folder`, which is created if it does not exist. With a `startStep`
    /// other than nil, events of earlier files from that step on are superseded.
    ///
    /// - Parameter now: the clock, in seconds since 1970.
    public init(
        folder: String, startStep: Int? = nil,
        now: @escaping () -> Double = { Date().timeIntervalSince1970 }
    ) throws {
        try Folder.create(folder)
        let earlier = try EventFiles(in: folder)
        (repair, time) = try earlier.newest.map(Self.mend) ?? (nil, 0)
        self.now = now
        let number = Self.counter.add(1, ordering: .relaxed).oldValue
        path = Folder.join(
            folder,
            earlier.nextName(
                now: Int(now()), "\(ProcessInfo.processInfo.hostName).\(getpid()).\(number)"))
        descriptor = openFile(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a folder in which this file can be written")
        }
        try append(step: 0) { $0.append(3, string: "brain.Event:2") }
        if let startStep {
            var session = ProtocolBufferWriter()
            session.append(1, integer: 1)
            try append(step: startStep) { $0.append(7, message: session) }
        }
        try flush()
    }

    deinit {
        try? flush()
        close(descriptor)
    }

    /// Records that `tag` (such as `loss/train`) has `value` at `step`.
    public func scalar(_ tag: String, _ value: Double, step: Int) throws {
        var entry = ProtocolBufferWriter()
        entry.append(1, string: tag)
        entry.append(2, float: Float(value))
        try append(summary: entry, step: step)
    }

    /// Records that `tag` has a text in Markdown at `step`.
    public func text(_ tag: String, _ markdown: String, step: Int) throws {
        var plugin = ProtocolBufferWriter()
        plugin.append(1, string: "text")
        var metadata = ProtocolBufferWriter()
        metadata.append(1, message: plugin)
        var tensor = ProtocolBufferWriter()
        // The type of strings; without a shape it is a single one.
        tensor.append(1, integer: 7)
        tensor.append(2, message: ProtocolBufferWriter())
        tensor.append(8, string: markdown)
        var entry = ProtocolBufferWriter()
        entry.append(1, string: tag)
        entry.append(8, message: tensor)
        entry.append(9, message: metadata)
        try append(summary: entry, step: step)
    }

    /// Hands buffered events to the operating system, so that TensorBoard sees them.
    public func flush() throws {
        while !buffer.isEmpty {
            let written = buffer.withUnsafeBytes { bytes in
                uninterrupted { write(descriptor, bytes.baseAddress, bytes.count) }
            }
            guard written >= 0 else {
                throw InputError.refused(path, expected: "room and permission to write events")
            }
            buffer.removeFirst(written)
        }
    }

    /// Cuts off what follows the last whole record of the file at `path`, which a process that was
    /// killed may have left.
    ///
    /// - Returns: what was cut off, and the time of the last record.
    private static func mend(_ path: String) throws -> (repair: String?, time: Double) {
        let end = try EventFileEnd(path: path)
        let rest = end.count - end.end
        guard rest > 0 else { return (nil, end.time) }
        guard end.isRestHalf, truncate(path, off_t(end.end)) == 0 else {
            return ("\(path): a damaged record, \(rest) bytes before the end", end.time)
        }
        return ("\(path): half a record at the end, \(rest) bytes, was cut off", end.time)
    }

    private func append(summary entry: ProtocolBufferWriter, step: Int) throws {
        var summary = ProtocolBufferWriter()
        summary.append(1, message: entry)
        try append(step: step) { $0.append(5, message: summary) }
    }

    /// Appends an event as a record: length, its check, the event, its check.
    private func append(step: Int, _ content: (inout ProtocolBufferWriter) -> Void) throws {
        var event = ProtocolBufferWriter()
        time = max(time, now())
        event.append(1, double: time)
        if step != 0 { event.append(2, integer: step) }
        content(&event)
        let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian) { Array($0) }
        buffer += length
        append(CRC32C.masked(length))
        buffer += event.bytes
        append(CRC32C.masked(event.bytes))
        if buffer.count >= Self.bufferSize { try flush() }
    }

    private func append(_ check: UInt32) {
        withUnsafeBytes(of: check.littleEndian) { buffer.append(contentsOf: $0) }
    }
}
