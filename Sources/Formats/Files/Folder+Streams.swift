import Glibc

extension Folder {
    /// Whether `path` names what a program has open, as `/dev/stdout` and `/dev/fd/3` do: links lead
    /// through the folder of its descriptors in `/proc`.
    static func isStream(_ path: String) -> Bool {
        var place = path
        // As many links as the system follows.
        for _ in 0..<40 {
            guard let folder = resolved(parent(of: place)) else { return false }
            if folder.hasPrefix("/proc/"), name(of: folder) == "fd" { return true }
            guard let target = destination(join(folder, name(of: place))) else { return false }
            place = join(folder, target)
        }
        return false
    }

    /// The path without links and dots; nil where nothing is.
    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// Where a link leads, as it says; nil for what is no link.
    private static func destination(_ path: String) -> String? {
        var text = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &text, text.count)
        guard count >= 0 else { return nil }
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
