import Diagnostics
import Glibc

/// A folder that is known by what it is and not by its name, so that it is found again after it was
/// renamed or moved within its file system.
public final class HeldFolder: Sendable {
    private let descriptor: Int32

    /// Holds the folder at `path`.
    public init(path: String) throws {
        descriptor = openFile(path, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable folder") }
    }

    deinit { close(descriptor) }

    /// Where the folder is now: `path` if that still leads to it.
    ///
    /// - Throws: `InputError` where it was removed, or is where it cannot be reached.
    public func place(formerly path: String) throws -> String {
        if isHere(path) { return path }
        if let name = currentName, isHere(name) { return name }
        throw InputError(
            at: path, expected: "the folder with which this process began",
            found: isFolder(path) ? "another folder of this name" : "nothing, here or elsewhere",
            remedy: "It was removed, or moved to another disk, while it was in use: put it back "
                + "and run again.")
    }

    /// The name by which the system knows it; with ` (deleted)` where it was removed.
    private var currentName: String? {
        var name = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/fd/\(descriptor)", &name, name.count)
        return count > 0
            ? String(decoding: name.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    private func isHere(_ path: String) -> Bool {
        var (held, found) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &found) == 0
            && held.st_dev == found.st_dev && held.st_ino == found.st_ino
    }

    private func isFolder(_ path: String) -> Bool {
        var found = stat()
        return stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }
}
