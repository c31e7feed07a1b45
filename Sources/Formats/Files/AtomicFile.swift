import Diagnostics
import Glibc

/// Files that are complete or absent: written beside their place, synchronized, renamed.
public enum AtomicFile {
    /// Replaces the file at `path` by `bytes`.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        try write(to: path) { try $0.write(bytes) }
    }

    /// Replaces the file at `path` by `text` in UTF-8.
    public static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    /// Replaces the file at `path` by what `body` writes; if `body` throws, nothing changes.
    public static func write(to path: String, _ body: (OutputFile) throws -> Void) throws {
        let file = try OutputFile(path: path)
        try body(file)
        try file.finish()
    }
}

/// Folders that are complete or absent.
public enum AtomicFolder {
    /// Calls `body` with a new folder beside `path`, puts everything in it on the disk and renames
    /// it to `path`. If `body` throws, the new folder is removed and `path` is as it was. A folder
    /// already at `path` is an error, or is replaced if `replacing` is true.
    public static func write<Result>(
        to path: String, replacing: Bool = false, _ body: (String) throws -> Result
    ) throws -> Result {
        guard replacing || !Folder.exists(path) else {
            throw InputError(
                at: path, expected: "a path where nothing is yet", found: "a file or folder",
                remedy: "Remove it or choose another path.")
        }
        let temporary = TemporaryName.beside(path)
        do {
            try Folder.create(temporary)
            let result = try body(temporary)
            try synchronizeTree(temporary)
            try place(temporary, at: path)
            return result
        } catch {
            try? Folder.remove(temporary)
            throw error
        }
    }

    /// Removes what interrupted writes left in `folder`. Only for a folder nobody else writes to.
    public static func removeLeftovers(in folder: String) throws {
        for name in try Folder.contents(of: folder) where TemporaryName.matches(name) {
            try Folder.remove(Folder.join(folder, name))
        }
    }

    private static func place(_ temporary: String, at path: String) throws {
        let replaced = Folder.exists(path) ? TemporaryName.beside(path) : nil
        if let replaced, rename(path, replaced) != 0 {
            throw InputError.refused(path, expected: "a folder that can be replaced")
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            if let replaced { rename(replaced, path) }
            throw InputError.refused(path, expected: "a folder that can be renamed", code: code)
        }
        try Folder.synchronize(Folder.parent(of: path))
        if let replaced { try Folder.remove(replaced) }
    }

    private static func synchronizeTree(_ path: String) throws {
        for name in try Folder.contents(of: path) {
            let inner = Folder.join(path, name)
            var status = stat()
            guard lstat(inner, &status) == 0 else {
                throw InputError.refused(inner, expected: "a readable file")
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try synchronizeTree(inner)
            case S_IFREG: try Folder.synchronize(inner)
            default: break
            }
        }
        try Folder.synchronize(path)
    }
}
