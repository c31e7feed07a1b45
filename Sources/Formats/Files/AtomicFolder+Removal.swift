import Diagnostics
import Glibc

extension AtomicFolder {
    /// Removes the folder at `path`, which is there or not at every moment, never in part: it is
    /// renamed first. What an interruption leaves is removed by `removeLeftovers`.
    public static func remove(_ path: String) throws {
        let doomed = TemporaryName.beside(path)
        guard rename(path, doomed) == 0 else {
            throw InputError.refused(path, expected: "a folder that can be removed")
        }
        try Folder.synchronize(Folder.parent(of: path))
        try Folder.remove(doomed)
    }
}
