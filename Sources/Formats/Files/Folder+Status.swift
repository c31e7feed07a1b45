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

    /// What two paths have in common that lead to the same file: its disk and its number there.
    public struct Identity: Hashable, Sendable {
        private let device: UInt64
        private let number: UInt64

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    /// What the file at `path`, or where a link there leads to, is known by; nil for nothing.
    ///
    /// - Throws: `InputError` where the system does not say.
    public static func identity(of path: String) throws -> Identity? {
        try look(at: path).map(Identity.init)
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
