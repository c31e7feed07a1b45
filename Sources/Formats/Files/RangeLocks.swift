import Diagnostics
import Glibc

/// Locks between processes on numbers of a file that holds nothing else: any number of processes
/// share a number, or one holds it alone. They end with the process, however it ends.
///
/// One file descriptor carries all of them, so thousands may be held. Threads of this process are
/// not kept apart: a number that is locked again changes to the new kind of lock.
public final class RangeLocks: Sendable {
    /// How a number is held.
    public enum Kind: Sendable {
        /// Together with other processes that share it.
        case shared
        /// By this process alone.
        case exclusive

        fileprivate var code: Int16 { Int16(self == .shared ? F_RDLCK : F_WRLCK) }
    }

    /// The file's path.
    public let path: String
    private let descriptor: Int32

    /// Opens the file at `path`, which is created if it is missing; a link is refused.
    ///
    /// - Throws: `InputError` where it cannot be written.
    public init(path: String) throws {
        self.path = path
        descriptor = openFile(path, O_RDWR | O_CREAT | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a file that can be written")
        }
    }

    deinit { close(descriptor) }

    /// Locks `number`, at least 0; false if another process holds it so that this is impossible.
    ///
    /// - Throws: `InputError` on a file system without locks.
    public func tryLock(_ number: Int64, _ kind: Kind) throws -> Bool {
        if apply(number, kind.code, waiting: false) { return true }
        if errno == EAGAIN || errno == EACCES { return false }
        throw refused()
    }

    /// Locks `number`, and waits for other processes if necessary.
    ///
    /// - Throws: `InputError` on a file system without locks.
    public func lock(_ number: Int64, _ kind: Kind) throws {
        guard apply(number, kind.code, waiting: true) else { throw refused() }
    }

    /// Releases `number`.
    public func unlock(_ number: Int64) {
        _ = apply(number, Int16(F_UNLCK), waiting: false)
    }

    /// Locks of an open file description, which belong to the descriptor and not to the process.
    private func apply(_ number: Int64, _ code: Int16, waiting: Bool) -> Bool {
        let (set, setWaiting): (Int32, Int32) = (37, 38)  // F_OFD_SETLK, F_OFD_SETLKW
        var request = flock()
        request.l_type = code
        request.l_whence = Int16(SEEK_SET)
        request.l_start = off_t(number)
        request.l_len = 1
        return uninterrupted { fcntl(descriptor, waiting ? setWaiting : set, &request) } == 0
    }

    private func refused() -> InputError {
        InputError(
            at: path, expected: "a file system that can lock files",
            found: String(cString: strerror(errno)),
            remedy: "Choose a folder on another file system, such as a local disk.")
    }
}
