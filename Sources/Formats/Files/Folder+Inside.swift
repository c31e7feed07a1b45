import Diagnostics
import Glibc

extension Folder {
    /// Creates the folder `name` in `folder`, which must be there: it is not made again where it
    /// was renamed or removed meanwhile. A folder that is there already stays as it is.
    public static func create(_ name: String, in folder: String) throws {
        let path = join(folder, name)
        guard mkdir(path, 0o777) != 0 else { return }
        let code = errno
        guard code == EEXIST, try isFolder(path) else {
            throw InputError.refused(path, expected: "a folder that can be created", code: code)
        }
    }
}
