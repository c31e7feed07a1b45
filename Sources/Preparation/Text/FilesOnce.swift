import Diagnostics
import Formats

/// The files that inputs name, each of which may be read once only: read twice, a document counts
/// double, and held-out text is trained on.
struct FilesOnce {
    private var paths: [Folder.Identity: String] = [:]

    /// Notes a file.
    ///
    /// - Throws: `InputError` for one that is there already, under this name, another or a link.
    mutating func add(_ path: String) throws {
        guard path != "-", let identity = try Folder.identity(of: path) else { return }
        guard let first = paths.updateValue(path, forKey: identity) else { return }
        throw InputError(
            at: path, expected: "files that are each named once",
            found: first == path ? "the same file twice" : "the same file as \(first)",
            remedy: "Name it once: by itself, or by one folder that holds it.")
    }
}
