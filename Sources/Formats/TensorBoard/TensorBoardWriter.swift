import Diagnostics
import Foundation
import Serialization
import Synchronization

/// Writes an event file that TensorBoard shows: scalars by step.
///
/// A writer never appends to a file: a resumed run starts a new one in the same folder, with the
/// step at which it resumes. TensorBoard then leaves out what earlier files hold from that step on.
public final class TensorBoardWriter {
    /// Where the events are.
    public let path: String

    private let descriptor: Int32
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 16
    private static let counter = Atomic<Int>(0)

    /// Starts an event file in `folder`, which is created if it does not exist. With a `startStep`
    /// other than nil, events of earlier files from that step on are superseded.
    public init(folder: String, startStep: Int? = nil) throws {
        try Folder.create(folder)
        let number = Self.counter.add(1, ordering: .relaxed).oldValue
        let seconds = Int(Date().timeIntervalSince1970)
        let host = ProcessInfo.processInfo.hostName
        let name = "events.out.tfevents.\(seconds).\(host).\(getpid()).\(number)"
        path = Folder.join(folder, name)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
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

    /// Hands buffered events to the operating system, so that TensorBoard sees them.
    public func flush() throws {
        var rest = buffer[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw InputError.refused(path, expected: "room and permission to write events")
            }
            rest = rest.dropFirst(written)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private func append(summary entry: ProtocolBufferWriter, step: Int) throws {
        var summary = ProtocolBufferWriter()
        summary.append(1, message: entry)
        try append(step: step) { $0.append(5, message: summary) }
    }

    /// Appends an event as a record: length, its check, the event, its check.
    private func append(step: Int, _ content: (inout ProtocolBufferWriter) -> Void) throws {
        var event = ProtocolBufferWriter()
        event.append(1, double: Date().timeIntervalSince1970)
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
