import Diagnostics
import Glibc

extension Folder {
    /// What is known about a file without opening it.
    public struct Status: Sendable, Equatable {
        /// Its size.
        public let bytes: Int
        /// When it was changed or `touch`ed last, in nanoseconds since 1970.
        public let modified: Int
        /// Whether it is a folder.
        public let isFolder: Bool
    }

    /// What is at `path`; nil for nothing, or for what is neither file nor folder.
    ///
    /// - Throws: `InputError` where the system does not say.
    public static func status(of path: String) throws -> Status? {
        guard let status = try look(at: path) else { return nil }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFDIR else { return nil }
        return Status(
            bytes: Int(status.st_size),
            modified: nanoseconds(status.st_mtim),
            isFolder: kind == S_IFDIR)
    }

    /// Sets the time of the last change of the file at `path` to now.
    public static func touch(_ path: String) { utimensat(AT_FDCWD, path, nil, 0) }

    /// Gives the file at `path` the name `newPath`, in place of what has that name.
    public static func rename(_ path: String, to newPath: String) throws {
        guard Glibc.rename(path, newPath) == 0 else {
            throw InputError.refused(path, expected: "a file that can be renamed")
        }
    }
}
