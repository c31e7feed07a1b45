/// Files that are complete or absent: written beside their place, synchronized, renamed.
///
/// Files in a folder that `AtomicFolder` makes need not be `synchronized`: it does that for all of
/// them at once.
public enum AtomicFile {
    /// Replaces the file at `path` by `bytes`.
    public static func write(
        _ bytes: [UInt8], to path: String, synchronized: Bool = true
    ) throws {
        try write(to: path, synchronized: synchronized) { try $0.write(bytes) }
    }

    /// Replaces the file at `path` by `text` in UTF-8.
    public static func write(_ text: String, to path: String, synchronized: Bool = true) throws {
        try write(Array(text.utf8), to: path, synchronized: synchronized)
    }

    /// Replaces the file at `destination` by the content of the file at `source`.
    public static func copy(
        _ source: String, to destination: String, synchronized: Bool = true
    ) throws {
        let file = try MappedFile(path: source)
        try write(to: destination, synchronized: synchronized) { try $0.write(file.bytes) }
    }

    /// Replaces the file at `path` by what `body` writes; if `body` throws, nothing changes.
    public static func write(
        to path: String, synchronized: Bool = true, _ body: (OutputFile) throws -> Void
    ) throws {
        let file = try OutputFile(path: path)
        try body(file)
        try file.finish(synchronized: synchronized)
    }
}
