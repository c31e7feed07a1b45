import Formats
import Foundation

/// A file of a web server with its place in the cache.
struct CachedFile: Hashable, Sendable {
    /// What is known about it.
    let file: MDSIndex.File
    /// Where it comes from.
    let origin: RemoteFolder
    /// Its path inside the cache.
    let relativePath: String

    static func == (one: CachedFile, other: CachedFile) -> Bool {
        one.relativePath == other.relativePath
    }

    func hash(into hasher: inout Hasher) { hasher.combine(relativePath) }

    /// The address as messages name it.
    var name: String { origin.name(of: file.basename) }

    /// The file as the cache notes that it made it.
    var made: CacheLedger.File { CacheLedger.File(path: relativePath, bytes: file.bytes) }

    /// Where its bytes are collected, inside the cache.
    var partialRelativePath: String { made.partialPath }

    /// The folder of the cache in which it is.
    var folderName: String { String(relativePath.prefix { $0 != "/" }) }
}

extension CacheLedger.File {
    /// Where its bytes are collected, inside the cache: the name says how many there will be.
    var partialPath: String { "\(path).\(bytes)\(Self.partialSuffix)" }

    /// How the names of files end that are not complete. No file of an index is called so.
    static let partialSuffix = ".part"
}

/// Numbers under which the processes that share a cache lock things.
enum CacheLock {
    /// Held while the cache's content is changed.
    static let changes: Int64 = 0

    /// Shared by the processes that use the file, or will soon.
    static func use(of relativePath: String) -> Int64 { 1 + digest(relativePath) }

    /// Held by the process that fetches the file.
    static func fetching(_ relativePath: String) -> Int64 { (1 << 62) + digest(relativePath) }

    /// 60 bits.
    private static func digest(_ text: String) -> Int64 {
        let digest = Checksum.xxh64.digest(of: Array(text.utf8))
        return Int64((UInt64(digest, radix: 16) ?? 0) >> 4)
    }
}
