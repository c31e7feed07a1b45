import Diagnostics
import Glibc

extension InputError {
    /// The operating system refused to do something with `path`; `code` is its `errno`.
    static func refused(_ path: String, expected: String, code: Int32 = errno) -> InputError {
        let remedy =
            switch code {
            case ENOENT: "Check the path."
            case EACCES, EPERM, EROFS: "Give this user the right to use it, or choose another path."
            case ENOSPC, EDQUOT, EFBIG:
                "Free disk space and run again; files that were complete are unchanged."
            case EMFILE, ENFILE: "Raise the limit of open files (ulimit -n)."
            case EISDIR: "Name a file, not a folder."
            case ENOTDIR: "Check the path."
            case EEXIST: "Remove it, or choose another path."
            default: "Check the file and the disk it is on."
            }
        return InputError(at: path, expected: expected, found: found(code), remedy: remedy)
    }

    /// What is at a path by the reason for which the system refuses it; for other reasons the
    /// system's words.
    private static func found(_ code: Int32) -> String {
        switch code {
        case ENOENT: "nothing"
        case EISDIR: "a folder"
        case ENOTDIR: "a part of the path that is no folder"
        case EEXIST: "a file"
        default: String(cString: strerror(code))
        }
    }

    /// The content of a file is not what its format says; `remedy` defaults to fetching it again.
    static func damaged(
        _ path: String, expected: String, found: String,
        remedy: String = "The file is damaged or was cut short: copy or build it again."
    ) -> InputError {
        InputError(at: path, expected: expected, found: found, remedy: remedy)
    }
}
