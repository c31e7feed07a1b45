import CLinux
import Diagnostics
import Glibc
import Reporting

/// Folders that are complete or absent.
public enum AtomicFolder {
    /// Calls `body` with a new folder beside `path`, flushes everything in it to the disk and
    /// renames it to `path`. If `body` throws, the new folder is removed and `path` is as it was. A
    /// folder already at `path` is an error, or is replaced if `replacing` is true. Folders above
    /// it are made where they are missing, if `makingParents` is true.
    public static func write<Result>(
        to path: String, replacing: Bool = false, makingParents: Bool = true,
        _ body: (String) throws -> Result
    ) throws -> Result {
        guard try replacing || !Folder.exists(path) else {
            throw InputError(
                at: path, expected: "a path where nothing is yet", found: "a file or folder",
                remedy: "Remove it or choose another path.")
        }
        let temporary = TemporaryName.beside(path)
        do {
            if makingParents { try Folder.create(Folder.parent(of: path)) }
            try Folder.create(Folder.name(of: temporary), in: Folder.parent(of: temporary))
            let result = try body(temporary)
            try place(temporary, at: path)
            return result
        } catch {
            try? Folder.remove(temporary)
            throw error
        }
    }

    /// Removes the folder at `path`, which is there or not at every moment, never in part: it is
    /// renamed first. What an interruption leaves is removed by `removeLeftovers`.
    public static func remove(_ path: String) throws {
        let doomed = TemporaryName.beside(path)
        guard rename(path, doomed) == 0 else {
            throw InputError.refused(path, expected: "a folder that can be removed")
        }
        try Folder.synchronize(Folder.parent(of: path))
        tidyUp(doomed)
    }

    /// Removes the folder at `path`, if it is there, as `remove` does. It is of no use any more:
    /// where that fails, the work is done all the same, and a warning says what stays.
    public static func discard(_ path: String) {
        telling { if try Folder.exists(path) { try remove(path) } }
    }

    /// Removes what interrupted writes left in `folder`. Only for a folder that nothing else writes
    /// to.
    public static func removeLeftovers(in folder: String) throws {
        for name in try Folder.contents(of: folder) where TemporaryName.matches(name) {
            tidyUp(Folder.join(folder, name))
        }
    }

    /// Flushes everything in the folder `temporary` to the disk and renames it to `path`, which it
    /// replaces.
    public static func place(_ temporary: String, at path: String) throws {
        try synchronizeTree(temporary)
        let replaces = try Folder.exists(path)
        guard replaces ? exchange(temporary, path) : rename(temporary, path) == 0 else {
            throw InputError.refused(path, expected: "a folder that can be renamed")
        }
        do {
            try Folder.synchronize(Folder.parent(of: path))
        } catch {
            // What may not last is not there.
            _ = replaces ? exchange(temporary, path) : rename(path, temporary) == 0
            throw error
        }
        // Now the temporary name is that of the old folder, which nobody misses.
        if replaces { tidyUp(temporary) }
    }

    private static func tidyUp(_ path: String) { telling { try Folder.remove(path) } }

    private static func telling(_ removal: () throws -> Void) {
        do {
            try removal()
        } catch {
            tell("warning: left behind: \(error)")
        }
    }

    /// Swaps two folders: at once where the file system can, else by three renames.
    private static func exchange(_ a: String, _ b: String) -> Bool {
        if renameat2(AT_FDCWD, a, AT_FDCWD, b, 2) == 0 { return true }
        let aside = TemporaryName.beside(b)
        guard errno == EINVAL || errno == ENOSYS, rename(b, aside) == 0 else { return false }
        guard rename(a, b) == 0 else {
            let code = errno
            rename(aside, b)
            errno = code
            return false
        }
        return rename(aside, a) == 0
    }

    /// Flushes everything in the folder `path` to the disk: in one call for its file system, which
    /// takes as long as a few files do one by one.
    private static func synchronizeTree(_ path: String) throws {
        let descriptor = openFile(path, O_RDONLY)
        guard descriptor >= 0 else { throw InputError.refused(path, expected: "a readable folder") }
        defer { close(descriptor) }
        guard uninterrupted({ syncfs(descriptor) }) == 0 else {
            throw InputError.refused(path, expected: "room and permission to write the folder")
        }
    }
}
