import Diagnostics
import Glibc

/// Paths and folders.
public enum Folder {
    /// `path` inside `folder`; an absolute `path` stays as it is.
    public static func join(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }

    /// Whether `path`, which a file names, stays inside the folder that it is meant to be in: it
    /// does not begin at the root, goes up nowhere, and has no part that is empty. Links in the
    /// folder may lead anywhere.
    public static func isInside(_ path: String) -> Bool {
        !path.utf8.contains(0)
            && path.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy { $0 != ".." && $0 != "." && !$0.isEmpty }
    }

    /// The folder that holds `path`; `.` when the path has no folder.
    public static func parent(of path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The last part of `path`.
    public static func name(of path: String) -> String {
        let trimmed = withoutTrailingSlashes(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return trimmed }
        return String(trimmed[trimmed.index(after: slash)...])
    }

    /// Whether anything is at `path`; a link counts as what it leads to.
    ///
    /// - Throws: `InputError` where the system does not say, as for a folder that may not be read.
    public static func exists(_ path: String) throws -> Bool { try look(at: path) != nil }

    /// Whether a folder is at `path`.
    ///
    /// - Throws: `InputError` as `exists`.
    public static func isFolder(_ path: String) throws -> Bool {
        try look(at: path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Whether both paths lead to the same file or folder.
    ///
    /// - Throws: `InputError` as `exists`.
    public static func isSame(_ path: String, _ other: String) throws -> Bool {
        guard let status = try look(at: path), let otherStatus = try look(at: other) else {
            return false
        }
        return status.st_dev == otherStatus.st_dev && status.st_ino == otherStatus.st_ino
    }

    /// What the system knows of `path`; nil only if nothing is there. Every other failure, such as
    /// that of a disk, is an error: what cannot be seen is not absent.
    static func look(at path: String) throws -> stat? {
        var status = stat()
        if stat(path, &status) == 0 { return status }
        guard errno == ENOENT || errno == ENOTDIR else {
            throw InputError.refused(path, expected: "a file or folder that can be looked at")
        }
        return nil
    }

    /// What a file's mode says it is.
    static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFREG: "a regular file"
        case S_IFDIR: "a folder"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }

    /// Creates `path` and the folders above it.
    public static func create(_ path: String) throws {
        if mkdir(path, 0o777) == 0 { return }
        if errno == ENOENT, parent(of: path) != path {
            try create(parent(of: path))
            if mkdir(path, 0o777) == 0 { return }
        }
        let code = errno
        guard code == EEXIST, try isFolder(path) else {
            throw InputError.refused(path, expected: "a folder that can be created", code: code)
        }
    }

    /// The names in `path`, sorted.
    public static func contents(of path: String) throws -> [String] {
        guard let entries = opendir(path) else {
            throw InputError.refused(path, expected: "a readable folder")
        }
        defer { closedir(entries) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(entries) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else {
            throw InputError.refused(path, expected: "a folder whose names can be read")
        }
        return names.sorted()
    }

    /// Removes a file or link, or a folder with everything in it; nothing there is not an error.
    public static func remove(_ path: String) throws {
        if unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR { return }
        guard errno == EISDIR || errno == EPERM else { throw cannotRemove(path) }
        for name in try contents(of: path) { try remove(join(path, name)) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw cannotRemove(path) }
    }

    private static func cannotRemove(_ path: String) -> InputError {
        InputError.refused(path, expected: "a file or folder that can be removed")
    }

    /// Flushes a folder's entries (not what is in them) to the disk.
    public static func synchronize(_ path: String) throws {
        let descriptor = openFile(path, O_RDONLY)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable folder") }
        defer { close(descriptor) }
        guard uninterrupted({ fsync(descriptor) }) == 0 || errno == EINVAL else {
            throw InputError.refused(path, expected: "a folder that can be synchronized")
        }
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }
}
