import Diagnostics
import Glibc
import Synchronization

/// Standard output: where a program's results go. Lines are collected and written in large pieces,
/// on a terminal one by one; a program calls `flush` before it ends.
public enum StandardOutput {
    /// Nobody reads on, as behind `head`: the program may end without a word.
    public struct Closed: Error {}

    private static let buffer = Mutex<[UInt8]>([])
    private static let bufferSize = 1 << 16
    private static let isTerminal = isatty(STDOUT_FILENO) == 1

    /// Writes `text` and the end of a line.
    ///
    /// - Throws: `Closed`, or an `InputError` where there is no room.
    public static func print(_ text: String) throws { try write(text + "\n") }

    /// Writes `text`.
    ///
    /// - Throws: as `print`.
    public static func write(_ text: String) throws {
        try buffer.withLock { buffer in
            buffer += text.utf8
            if isTerminal || buffer.count >= bufferSize { try emit(&buffer) }
        }
    }

    /// Hands what was collected to the operating system.
    ///
    /// - Throws: as `print`.
    public static func flush() throws { try buffer.withLock { try emit(&$0) } }

    private static func emit(_ buffer: inout [UInt8]) throws {
        defer { buffer.removeAll(keepingCapacity: true) }
        guard writeAll(buffer, to: STDOUT_FILENO) else {
            if errno == EPIPE { throw Closed() }
            throw InputError.refused(
                "standard output", expected: "room for \(buffer.count) bytes of the result")
        }
    }

    /// Keeps descriptors 0 to 2 from being given to files where they are closed: what reads or
    /// writes them is still refused.
    public static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO
        where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            // The lowest free number is given: this one.
            _ = openFile("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
