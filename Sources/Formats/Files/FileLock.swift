import Diagnostics
import Glibc

/// Holds a file for one process, until it is released or the process ends, however it ends.
public struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock, whose file is created if it is missing; nil if another process holds it.
    ///
    /// - Throws: `InputError` where the file cannot be created.
    public init?(path: String) throws {
        descriptor = openFile(path, O_RDWR | O_CREAT, mode: 0o644)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a file that can be written")
        }
        guard uninterrupted({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw InputError.refused(path, expected: "a file that can be locked", code: code)
        }
    }

    deinit {
        close(descriptor)
    }
}
