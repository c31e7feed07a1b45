import Formats
import Foundation

/// An empty folder that is removed with everything in it when the object goes away.
public final class TemporaryFolder: Sendable {
    /// Where the folder is.
    public let path: String

    /// Makes the folder.
    public init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("mmbert-test-\(UUID().uuidString)").path
        try Folder.create(path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of `name` inside the folder.
    public func path(_ name: String) -> String { Folder.join(path, name) }

    /// Writes `bytes` to `name` inside the folder and returns the path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Folder.create(Folder.parent(of: path(name)))
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// Writes `text` to `name` inside the folder and returns the path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }
}
