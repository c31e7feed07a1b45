import Foundation

/// Files that are committed for tests, each beside the script that made it.
public enum Fixtures {
    /// The path of `name` in `Tests/Fixtures`, such as `Formats/zstd.bin`.
    public static func path(_ name: String) -> String {
        Repository.root.appendingPathComponent("Tests/Fixtures").appendingPathComponent(name).path
    }

    /// The bytes of `name` in `Tests/Fixtures`.
    public static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}

/// Real text and outputs of reference programs in a folder `shared` beside the repository (or where
/// `MMBERT_SHARED` says). It is no part of the repository: tests that need it are enabled by
/// `.enabled(if: SharedFolder.has("golden"), "\(SharedFolder.absence)")`.
public enum SharedFolder {
    /// Why such tests are skipped.
    public static let absence = "the folder ../shared is not there"

    /// Whether `name` is in the folder.
    public static func has(_ name: String) -> Bool {
        guard let root else { return false }
        return FileManager.default.fileExists(atPath: root.appendingPathComponent(name).path)
    }

    /// The path of `name` in the folder; meaningful where `has` is true.
    public static func path(_ name: String) -> String {
        (root ?? Repository.root).appendingPathComponent(name).path
    }

    private static let root: URL? = {
        if let named = ProcessInfo.processInfo.environment["MMBERT_SHARED"] {
            return URL(fileURLWithPath: named)
        }
        var above = Repository.root
        for _ in 0..<3 {
            above.deleteLastPathComponent()
            let candidate = above.appendingPathComponent("shared")
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
        }
        return nil
    }()
}

/// The checkout that the tests belong to.
public enum Repository {
    /// Its folder.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
