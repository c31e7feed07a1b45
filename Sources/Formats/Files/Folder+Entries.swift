import Diagnostics
import Glibc

extension Folder {
    /// What a name in a folder stands for. Links are not followed: a link is a link.
    public struct Entry: Sendable, Equatable {
        /// What it is.
        public enum Kind: Sendable { case file, folder, link, other }

        /// What it is.
        public let kind: Kind
        /// Its size in bytes.
        public let bytes: Int
        /// When it was changed or `touch`ed last, in nanoseconds since 1970.
        public let modified: Int
    }

    /// What the name at the end of `path` stands for; nil for nothing. Links among the folders
    /// above it are followed.
    ///
    /// - Throws: `InputError` where that cannot be found out.
    public static func entry(at path: String) throws -> Entry? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw InputError.refused(path, expected: "a file or folder that can be looked at")
        }
        let kind: Entry.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        return Entry(
            kind: kind, bytes: Int(status.st_size),
            modified: nanoseconds(status.st_mtim))
    }
}

extension Folder {
    /// A time in nanoseconds since 1970; the first or last that can be counted for one beyond.
    static func nanoseconds(_ time: timespec) -> Int {
        let (seconds, isBeyond) = Int(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isJustBeyond) = seconds.addingReportingOverflow(Int(time.tv_nsec))
        guard isBeyond || isJustBeyond else { return sum }
        return time.tv_sec < 0 ? .min : .max
    }
}
