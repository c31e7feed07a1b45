import Diagnostics
import Foundation

/// Paths and folders.
public enum Folder {
    /// `path` inside `folder`; an absolute `path` stays as it is.
    public static func join(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
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

    /// Whether anything is at `path`.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a folder is at `path`.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether both paths lead to the same file or folder.
    public static func isSame(_ path: String, _ other: String) -> Bool {
        var (status, otherStatus) = (stat(), stat())
        return stat(path, &status) == 0 && stat(other, &otherStatus) == 0
            && status.st_dev == otherStatus.st_dev && status.st_ino == otherStatus.st_ino
    }

    /// Creates `path` and the folders above it.
    public static func create(_ path: String) throws {
        if mkdir(path, 0o777) == 0 { return }
        if errno == ENOENT, parent(of: path) != path {
            try create(parent(of: path))
            if mkdir(path, 0o777) == 0 { return }
        }
        let code = errno
        guard code == EEXIST, isFolder(path) else {
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
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file, or a folder with everything in it; nothing there is not an error.
    public static func remove(_ path: String) throws {
        guard exists(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw InputError(
                at: path, expected: "a file or folder that can be removed",
                found: "\(error.localizedDescription)", remedy: "Remove it by hand.")
        }
    }

    /// Flushes a folder's entries (not what is in them) to the disk.
    public static func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw InputError.refused(path, expected: "a folder that can be synchronized")
        }
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }
}
