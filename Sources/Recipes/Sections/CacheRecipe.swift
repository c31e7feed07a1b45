import Foundation
import RemoteFiles

/// Where shards that come from web servers are kept, and how many of them.
public struct CacheRecipe: Sendable, Equatable {
    /// The folder; runs may share it.
    public var folder: String
    /// Most bytes of shards in it.
    public var limitBytes = 100_000_000_000

    /// `mmbert/shards` in the user's folder for caches, with room for 100 GB.
    init() {
        let environment = ProcessInfo.processInfo.environment
        // As the XDG Base Directory Specification says, only an absolute path counts.
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
        folder = (caches ?? home + "/.cache") + "/mmbert/shards"
    }

    static var form: Form<CacheRecipe> {
        .section("a cache", new: CacheRecipe()) {
            Key("folder", \.folder, .path(to: "a folder for shards"))
            Key("limit", \.limitBytes, .bytes)
        }
    }

    /// How the cache is opened.
    public var configuration: ShardCache.Configuration {
        ShardCache.Configuration(folder: folder, limitBytes: limitBytes)
    }
}

extension Form<Int> {
    /// A number of bytes above 0.
    fileprivate static var bytes: Form {
        scalar(
            expected: "a number of bytes above 0", remedy: "Write it like 200G or 1.5T.",
            write: { .plain(Quantity.bytesText($0)) },
            parse: { Quantity.bytes($0).flatMap { $0 > 0 ? $0 : nil } })
    }
}
