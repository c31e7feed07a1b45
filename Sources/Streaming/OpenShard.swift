import Diagnostics
import Formats
import RemoteFiles

/// A shard that is being read, and what keeps its file in place.
struct OpenShard {
    /// Its number in its source.
    let number: Int
    let reader: MDSShardReader
    /// Keeps a file that was fetched in the cache.
    private let held: HeldFile?

    /// Opens shard `number` of `entry`, and fetches it first if need be. A file of the cache that
    /// was damaged there is fetched again, once.
    init(_ number: Int, of entry: ShardCatalogue.Entry, verifiesHashes: Bool) throws {
        self.number = number
        let shard = entry.shards[number]
        held = try entry.cached?.holdSound(shard.storedFile, verifyingHash: verifiesHashes)
        reader = try MDSShardReader(
            folder: entry.folder, shard: shard, verifyHash: verifiesHashes && held == nil)
    }
}

extension CachedFolder {
    /// Holds `file`, whose content is compared with its hash if `verifyingHash`.
    fileprivate func holdSound(_ file: MDSIndex.File, verifyingHash: Bool) throws -> HeldFile {
        let held = try hold(file)
        let path = Folder.join(path, file.basename)
        guard verifyingHash, try file.mismatch(ofFileAt: path) != nil else { return held }
        try discard(file)
        return try hold(file)
    }
}
