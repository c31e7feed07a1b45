import Diagnostics
import Formats

/// The sources of a phase with the shards that their indexes list.
public struct ShardCatalogue: Sendable {
    /// A source and its shards.
    struct Entry: Sendable {
        var source: StreamSource
        var shards: [MDSIndex.Shard]
    }

    /// One entry per source, in the order of the sources.
    let entries: [Entry]

    /// Reads the index of every source, and checks its number of samples and its files' sizes.
    ///
    /// - Throws: `InputError` for a folder without a sound index, with another number of samples
    ///   than the source says, or with none; for a shard that is missing or of another size.
    public init(_ sources: [StreamSource]) throws {
        entries = try sources.map { source in
            let index = try MDSIndex(folder: source.folder)
            let location = Folder.join(source.folder, MDSIndex.fileName)
            guard index.samples > 0 else {
                throw InputError(
                    at: location, expected: "at least one sample of \(source.language)",
                    found: "none",
                    remedy: "Leave the language out of the phase or build its shards again.")
            }
            guard index.samples == source.samples else {
                throw InputError(
                    at: location, expected: "\(source.samples) samples, as the manifest says",
                    found: "\(index.samples)",
                    remedy: "Build the shards and the manifest again, or correct the manifest.")
            }
            for shard in index.shards { try shard.checkSizes(in: source.folder) }
            return Entry(source: source, shards: index.shards)
        }
    }
}
