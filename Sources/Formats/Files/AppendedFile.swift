import Diagnostics
import Glibc

/// A log: a file that grows at its end. Every append reaches the operating system at once, so a
/// killed process loses nothing that was appended.
public final class AppendedFile {
    /// The file's path.
    public let path: String
    /// Its size in bytes.
    public private(set) var count: Int

    private let descriptor: Int32

    /// Opens or creates the file at `path`, and cuts off what it holds beyond its first `limit`
    /// bytes.
    ///
    /// - Throws: `InputError` where the file cannot be written.
    public init(path: String, keepingBytes limit: Int) throws {
        precondition(limit >= 0, "AppendedFile: cannot keep \(limit) bytes")
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a file that can be written")
        }
        count = min(limit, Int(lseek(descriptor, 0, SEEK_END)))
        guard ftruncate(descriptor, off_t(count)) == 0 else {
            close(descriptor)
            throw InputError.refused(path, expected: "a file that can be cut")
        }
    }

    deinit { close(descriptor) }

    /// Appends `bytes`. If there is no room for all of them, the file stays as it was.
    ///
    /// - Throws: `InputError` where the disk is full.
    public func append(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                let code = errno
                _ = ftruncate(descriptor, off_t(count))
                throw InputError.refused(
                    path, expected: "room and permission to write \(bytes.count) bytes", code: code)
            }
            rest = rest.dropFirst(written)
        }
        count += bytes.count
    }

    /// Flushes everything that was appended to the disk.
    public func synchronize() throws {
        guard fsync(descriptor) == 0 else {
            throw InputError.refused(path, expected: "a file that can be flushed to the disk")
        }
    }
}
