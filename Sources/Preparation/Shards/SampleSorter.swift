import Formats
import HeapModule

/// Where a sample comes from, and the random key that decides its place in the shards.
package struct SampleOrigin: Equatable, Comparable {
    /// 62 random bits, a function of the other fields.
    package let key: UInt64
    /// The document's number in its language, from 0.
    package let document: UInt64
    /// The piece's number in its document, from 0.
    package let piece: UInt32

    package init(key: UInt64, document: UInt64, piece: UInt32) {
        self.key = key
        self.document = document
        self.piece = piece
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.key, left.document, left.piece) < (right.key, right.document, right.piece)
    }
}

/// Brings samples into the order of their random keys: a shuffle that depends on nothing but the
/// keys, in bounded memory.
///
/// Samples collect in memory; whenever they exceed the limit they are sorted and set aside in a
/// file, a run. In the end the runs are merged.
package struct SampleSorter {
    /// Samples in memory.
    private var ids: [Int32] = []
    private var samples: [(origin: SampleOrigin, ids: Range<Int>)] = []
    private var runs: [String] = []

    private let folder: String
    private let tokenLimit: Int

    /// A sorter that keeps up to `tokenLimit` ids in memory and its runs in `folder`, which it
    /// makes when it needs it.
    package init(folder: String, tokenLimit: Int) {
        self.folder = folder
        self.tokenLimit = tokenLimit
    }

    /// Whether nothing was added.
    package var isEmpty: Bool { samples.isEmpty && runs.isEmpty }

    /// Adds a sample of ids between `begin` and `end`.
    package mutating func add(
        _ origin: SampleOrigin, _ content: ArraySlice<Int32>, begin: Int32, end: Int32
    ) throws {
        if ids.count > tokenLimit { try setAside() }
        let start = ids.count
        ids.append(begin)
        ids.append(contentsOf: content)
        ids.append(end)
        samples.append((origin, start..<ids.count))
    }

    /// Calls `body` with every sample in the order of keys; the sorter is empty afterwards.
    package mutating func drain(_ body: (SampleOrigin, [Int32]) throws -> Void) throws {
        if runs.isEmpty {
            samples.sort { $0.origin < $1.origin }
            for sample in samples { try body(sample.origin, Array(ids[sample.ids])) }
        } else {
            try setAside()
            try merge(body)
            // What cannot be removed now goes with all that the build needs for itself.
            try? Folder.remove(folder)
        }
        self = SampleSorter(folder: folder, tokenLimit: tokenLimit)
    }

    private mutating func setAside() throws {
        guard !samples.isEmpty else { return }
        samples.sort { $0.origin < $1.origin }
        let run = Folder.join(folder, "run-\(runs.count)")
        var configuration = MDSShardWriter.Configuration()
        configuration.compressionLevel = nil
        configuration.sizeLimit = 1 << 30
        configuration.hashes = []
        configuration.synchronized = false
        let writer = try MDSShardWriter(folder: run, configuration: configuration)
        for sample in samples {
            try writer.write(tokenIDs: sample.origin.words + ids[sample.ids], id: "")
        }
        _ = try writer.finish()
        runs.append(run)
        ids.removeAll(keepingCapacity: true)
        samples.removeAll(keepingCapacity: true)
    }

    private func merge(_ body: (SampleOrigin, [Int32]) throws -> Void) throws {
        var heads = Heap(try runs.map { try SortedRun(folder: $0) })
        while var run = heads.popMin() {
            try body(run.origin, run.ids)
            if try run.advance() { heads.insert(run) }
        }
    }
}

/// A run and its first sample that is not merged yet, by which runs are compared.
private struct SortedRun: Comparable {
    private(set) var origin = SampleOrigin(words: [])
    private(set) var ids: [Int32] = []

    private let folder: String
    private let index: MDSIndex
    private var shard = 0
    private var reader: MDSShardReader?

    /// A run, of which there is at least one sample.
    init(folder: String) throws {
        self.folder = folder
        index = try MDSIndex(folder: folder)
        _ = try advance()
    }

    static func < (left: Self, right: Self) -> Bool { left.origin < right.origin }
    static func == (left: Self, right: Self) -> Bool { left.origin == right.origin }

    /// Goes to the next sample; false after the last.
    mutating func advance() throws -> Bool {
        while true {
            if let words = try reader?.nextTokenIDs() {
                origin = SampleOrigin(words: words.prefix(SampleOrigin.wordCount))
                ids = Array(words.dropFirst(SampleOrigin.wordCount))
                return true
            }
            guard shard < index.shards.count else { return false }
            reader = try MDSShardReader(folder: folder, shard: index.shards[shard])
            shard += 1
        }
    }
}

extension SampleOrigin {
    /// The count of `words`.
    static let wordCount = 5

    /// The fields in words of 31 bits, which go before the ids in a run.
    var words: [Int32] {
        [
            Int32(key >> 31 & 0x7fff_ffff), Int32(key & 0x7fff_ffff),
            Int32(document >> 31 & 0x7fff_ffff), Int32(document & 0x7fff_ffff), Int32(piece),
        ]
    }

    /// The fields from their words; zeros when words are missing.
    init(words: some Collection<Int32>) {
        let words = words.map { UInt64(UInt32(bitPattern: $0)) }
        guard words.count == Self.wordCount else {
            self.init(key: 0, document: 0, piece: 0)
            return
        }
        self.init(
            key: words[0] << 31 | words[1], document: words[2] << 31 | words[3],
            piece: UInt32(words[4]))
    }
}
