import Diagnostics

/// Lists that people write: an entry on each line, with any line ends. Empty lines, space around
/// entries and what follows `#` do not count.
public enum ListFile {
    /// An entry and where it stands, `path:line`.
    public typealias Entry = (text: String, location: String)

    /// The entries of the list at `path`.
    ///
    /// - Throws: `InputError` for a file that cannot be read or is not UTF-8, which is named with
    ///   its line.
    public static func entries(of path: String) throws -> [Entry] {
        var lines = try LineReader(path: path)
        var entries: [Entry] = []
        while let line = try lines.next() {
            let location = "\(path):\(line.number)"
            guard let text = line.text else {
                throw InputError(
                    at: location, expected: "text in UTF-8", found: "other bytes",
                    remedy: "Save the list as UTF-8.")
            }
            let entry = text.prefix { $0 != "#" }
            guard let first = entry.firstIndex(where: { !$0.isWhitespace }),
                let last = entry.lastIndex(where: { !$0.isWhitespace })
            else { continue }
            entries.append((String(entry[first...last]), location))
        }
        return entries
    }
}
