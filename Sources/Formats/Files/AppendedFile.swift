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
    /// - Parameter isOwn: refuses a link, and a file that has another name too: what it holds may
    ///   be someone else's.
    /// - Throws: `InputError` where the file cannot be written.
    public init(path: String, keepingBytes limit: Int, isOwn: Bool = false) throws {
        precondition(limit >= 0, "AppendedFile: cannot keep \(limit) bytes")
        self.path = path
        let following = isOwn ? O_NOFOLLOW | O_NONBLOCK : 0
        descriptor = openFile(path, O_RDWR | O_CREAT | O_APPEND | following)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a file that can be written")
        }
        if isOwn {
            var status = stat()
            let isAlone =
                fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                && status.st_nlink == 1
            guard isAlone else {
                close(descriptor)
                throw InputError(
                    at: path, expected: "a file with this name alone",
                    found: "one that another name leads to as well", remedy: "Move it away.")
            }
        }
        let end = Int(lseek(descriptor, 0, SEEK_END))
        count = min(limit, end)
        guard end >= 0, uninterrupted({ ftruncate(descriptor, off_t(count)) }) == 0 else {
            let code = errno
            close(descriptor)
            throw InputError.refused(path, expected: "a file that can be cut", code: code)
        }
    }

    deinit { close(descriptor) }

    /// Appends `bytes`. If there is no room for all of them, the file stays as it was.
    ///
    /// - Throws: `InputError` where the disk is full.
    public func append(_ bytes: [UInt8]) throws {
        guard writeAll(bytes, to: descriptor) else {
            let code = errno
            _ = uninterrupted { ftruncate(descriptor, off_t(count)) }
            throw InputError.refused(
                path, expected: "room and permission to write \(bytes.count) bytes", code: code)
        }
        count += bytes.count
    }

    /// Flushes everything that was appended to the disk.
    public func synchronize() throws {
        guard uninterrupted({ fsync(descriptor) }) == 0 else {
            throw InputError.refused(path, expected: "a file that can be flushed to the disk")
        }
    }
}
