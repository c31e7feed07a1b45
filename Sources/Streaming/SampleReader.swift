import Diagnostics
import Formats
import RemoteFiles

/// Reads samples of a source by shard and number, cheaply where they follow one another.
struct SampleReader {
    /// About how many bytes the open shard holds; 0 if none is open.
    private(set) var openBytes = 0

    private let entry: ShardCatalogue.Entry
    private let vocabularySize: Int
    private let verifiesHashes: Bool
    private var open: OpenShard?
    /// Shards whose hash was compared.
    private var verified: Set<Int> = []
    /// What is read next of a source at a web server.
    private let forecast: Forecast?

    /// What a decompressor keeps of the bytes it has written, unless the shard is smaller.
    private static let windowBytes = 2 << 20
    /// Buffers and tables of a shard reader besides the window.
    private static let overheadBytes = 512 << 10

    init(entry: ShardCatalogue.Entry, vocabularySize: Int, verifiesHashes: Bool = false) {
        self.entry = entry
        self.vocabularySize = vocabularySize
        self.verifiesHashes = verifiesHashes
        forecast = entry.cached?.forecast()
    }

    /// Whether files are fetched, so that it helps to know what comes next.
    var isRemote: Bool { forecast != nil }

    /// Says which shards are read next, nearest first.
    func expect(shards: [Int]) throws {
        try forecast?.expect(shards.map { entry.shards[$0].storedFile })
    }

    /// The token ids of a sample, at least one.
    ///
    /// - Throws: `InputError` for a shard that is damaged, or ids outside the vocabulary.
    mutating func tokenIDs(ofSample sample: Int, inShard shard: Int) throws -> [Int32] {
        let reader = try reader(ofShard: shard)
        if reader.nextSample != sample {
            try reader.skip(to: sample)
        }
        let tokenIDs = try reader.nextTokenIDs() ?? []
        guard !tokenIDs.isEmpty else {
            throw InputError(
                at: reader.path, expected: "token ids in sample \(sample)", found: "none",
                remedy: "Copy the shard again from its source, or build it again.")
        }
        try check(tokenIDs, "sample \(sample) of \(reader.path)")
        return tokenIDs
    }

    /// Closes the open shard; it is opened again when needed.
    mutating func close() {
        open = nil
        openBytes = 0
    }

    private mutating func reader(ofShard shard: Int) throws -> MDSShardReader {
        if let open, open.number == shard { return open.reader }
        close()
        let new = try OpenShard(
            shard, of: entry, verifiesHashes: verifiesHashes && !verified.contains(shard))
        if verifiesHashes { verified.insert(shard) }
        open = new
        openBytes = Self.overheadBytes + min(entry.shards[shard].raw.bytes, Self.windowBytes)
        return new.reader
    }

    private func check(_ tokenIDs: [Int32], _ location: @autoclosure () -> String) throws {
        var smallest = Int32.max
        var largest = Int32.min
        for id in tokenIDs {
            smallest = min(smallest, id)
            largest = max(largest, id)
        }
        guard smallest >= 0, Int(largest) < vocabularySize else {
            throw InputError(
                at: location(), expected: "token ids below the vocabulary's \(vocabularySize)",
                found: "\(smallest < 0 ? smallest : largest)",
                remedy: "Build the shards with the tokenizer of this recipe.")
        }
    }
}
