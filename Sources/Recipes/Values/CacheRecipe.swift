import Foundation
import RemoteFiles

/// Where shards that come from web servers are kept, and how many of them.
public struct CacheRecipe: Sendable, Equatable {
    /// The folder; runs may share it.
    public var folder: String
    /// Most bytes of shards in it.
    public var limitBytes: Int

    /// `mmbert/shards` in the user's folder for caches, with room for 100 GB.
    init() {
        let environment = ProcessInfo.processInfo.environment
        // As the XDG Base Directory Specification says, only an absolute path counts.
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"] ?? FileManager.default.homeDirectoryForCurrentUser.path
        folder = (caches ?? home + "/.cache") + "/mmbert/shards"
        limitBytes = 100_000_000_000
    }

    /// How the cache is opened.
    public var configuration: ShardCache.Configuration {
        ShardCache.Configuration(folder: folder, limitBytes: limitBytes)
    }
}
