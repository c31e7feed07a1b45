import Diagnostics
import Glibc

/// Holds a file for one process, until it is released or the process ends, however it ends.
public struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock, whose file is created if it is missing; nil if another process holds it.
    ///
    /// - Throws: `InputError` where the file cannot be created.
    public init?(path: String) throws {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw InputError.refused(path, expected: "a file that can be written")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        close(descriptor)
    }
}
