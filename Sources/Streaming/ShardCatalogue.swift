import Diagnostics
import Formats
import RemoteFiles

/// The sources of a phase with the shards that their indexes list.
public struct ShardCatalogue: Sendable {
    /// A source and its shards.
    struct Entry: Sendable {
        var source: StreamSource
        var shards: [MDSIndex.Shard]
        /// Where the shards are, or will be when they have been fetched.
        var folder: String
        /// What fetches them, if they are at a web server.
        var cached: CachedFolder?
    }

    /// One entry per source, in the order of the sources.
    let entries: [Entry]

    /// Reads the index of every source, and checks its number of samples and its files' sizes. Of a
    /// source at a web server only the index is fetched.
    ///
    /// - Parameters:
    ///   - cache: keeps what comes from web servers; required if any source is at one.
    ///   - lanes: how many read at once, each with a shard open.
    ///   - cancellation: ends all waiting for web servers.
    /// - Throws: `InputError` for a folder without a valid index, with another number of samples
    ///   than the source says, or with none; for a shard that is missing, of another size, or
    ///   larger than the cache.
    public init(
        _ sources: [StreamSource], cache: ShardCache? = nil, lanes: Int = 1,
        cancellation: Cancellation = Cancellation()
    ) throws {
        let remote = sources.compactMap { source in
            if case .remote(let folder) = source.place { (folder, source.samples) } else { nil }
        }
        var indexes = try cache?.indexes(of: remote, cancellation: cancellation)[...] ?? []
        entries = try sources.map { source in
            let entry: Entry
            switch source.place {
            case .folder(let folder):
                let shards = try MDSIndex(folder: folder).shards
                entry = Entry(source: source, shards: shards, folder: folder)
                try entry.checkSamples()
                for shard in shards { try shard.checkSizes(in: folder) }
            case .remote(let origin):
                guard let cache, let index = indexes.popFirst() else {
                    preconditionFailure("ShardCatalogue: \(origin) needs a cache")
                }
                let cached = cache.folder(of: origin, cancellation: cancellation)
                entry = Entry(
                    source: source, shards: index.shards, folder: cached.path, cached: cached)
                try entry.checkSamples()
                try entry.checkRoom(in: cache, lanes: lanes)
            }
            return entry
        }
    }
}

extension ShardCatalogue.Entry {
    /// Where the index is, for messages.
    private var location: String { "\(source.place)/\(MDSIndex.fileName)" }

    fileprivate func checkSamples() throws {
        let samples = shards.reduce(0) { $0 + $1.samples }
        guard samples > 0 else {
            throw InputError(
                at: location, expected: "at least one sample of \(source.name)",
                found: "none",
                remedy: "Leave the language out of the phase or build its shards again.")
        }
        guard samples == source.samples else {
            throw InputError(
                at: location, expected: "\(source.samples) samples, as the manifest says",
                found: "\(samples)",
                remedy: "Build the shards and the manifest again, or correct the manifest.")
        }
    }

    /// Each lane needs room for the shard it reads.
    fileprivate func checkRoom(in cache: ShardCache, lanes: Int) throws {
        let largest = shards.map(\.storedFile).max { $0.bytes < $1.bytes }
        guard let largest, largest.bytes * lanes > cache.configuration.limitBytes else { return }
        let readers = lanes == 1 ? "" : ", once for each of \(lanes) lanes"
        throw InputError(
            at: cache.configuration.folder,
            expected: "a cache with room for a shard of \(largest.bytes) bytes\(readers)",
            found: "a limit of \(cache.configuration.limitBytes)",
            remedy: "Raise cache.limit, for \(source.place)/\(largest.basename).")
    }
}

extension MDSIndex.Shard {
    /// The file that is fetched from a web server: the compressed one, if there is one.
    var storedFile: MDSIndex.File { zip ?? raw }
}
