import Formats

extension ShardCatalogue {
    /// Compares every shard on this machine with a hash in its index; shards at web servers are not
    /// read. Shards without a hash of a known kind are passed over.
    ///
    /// - Parameter progress: called with the bytes compared and their total, as they grow.
    /// - Throws: `InputError` that names the first shard that differs.
    public func verifyHashes(_ progress: (_ done: Int, _ total: Int) -> Void) throws {
        let local = entries.filter { $0.cached == nil }
        let total = local.reduce(0) { $0 + $1.shards.reduce(0) { $0 + $1.storedFile.bytes } }
        var done = 0
        for entry in local {
            for shard in entry.shards {
                _ = try MDSShardReader(folder: entry.folder, shard: shard, verifyHash: true)
                done += shard.storedFile.bytes
                progress(done, total)
            }
        }
    }
}
