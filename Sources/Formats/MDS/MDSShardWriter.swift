import Diagnostics

/// Writes token ids as MDS shards that mosaicml-streaming reads: columns `id: str` and
/// `input_ids: ndarray:uint32`, compressed by zstd. The index is written last and atomically, so an
/// interrupted folder does not look complete.
public final class MDSShardWriter {
    /// How shards are written.
    public struct Configuration: Sendable {
        /// The zstd level, 1 to 22, or nil for no compression.
        public var compressionLevel: Int? = 3
        /// A reader needs 2^`windowLog` bytes of memory for each open shard, and about three times
        /// that in all. 18 keeps thousands of open shards small and makes files 5 % larger than
        /// zstd's own choice, 21, does.
        public var windowLog = 18
        /// No shard's raw file is larger than this (unless one sample alone is), as in the
        /// reference writer: 64 MiB by default.
        public var sizeLimit = 1 << 26
        /// The hashes that the index gives of each file.
        public var hashes: [Checksum] = [.xxh64]
        /// Whether each file is forced onto the disk before the next one. Turn it off where the
        /// folder is synchronized as a whole afterwards.
        public var synchronized = true

        /// The defaults.
        public init() {}
    }

    /// Samples written so far.
    public private(set) var samples = 0
    /// Token ids written so far.
    public private(set) var tokens = 0

    private let folder: String
    private let configuration: Configuration
    private let header: [UInt8]
    private var shards: [MDSIndex.Shard] = []
    private var content: [UInt8] = []
    /// The end of each sample in `content`.
    private var ends: [UInt32] = []

    private static let columns = [
        MDSIndex.Column(name: "id", encoding: .string),
        MDSIndex.Column(name: "input_ids", encoding: .array(element: .uint32, shape: nil)),
    ]

    /// Starts writing into `folder`, which is created if it does not exist and must not hold an
    /// index.
    public init(folder: String, configuration: Configuration = Configuration()) throws {
        precondition(
            (1...MDSIndex.largestShard).contains(configuration.sizeLimit),
            "MDSShardWriter: size limit \(configuration.sizeLimit)")
        try Folder.create(folder)
        let index = Folder.join(folder, MDSIndex.fileName)
        guard try !Folder.exists(index) else {
            throw InputError(
                at: index, expected: "a folder without shards", found: "an index of shards",
                remedy: "Remove the folder or choose another one.")
        }
        self.folder = folder
        self.configuration = configuration
        header = try MDSIndex.header(of: Self.shard(configuration))
    }

    /// Adds a sample: `tokenIDs` (at least one, none negative) under the name `id`.
    public func write(tokenIDs: [Int32], id: String) throws {
        precondition(!tokenIDs.isEmpty, "MDSShardWriter.write: a sample of 0 tokens")
        precondition(
            tokenIDs.allSatisfy { $0 >= 0 }, "MDSShardWriter.write: a negative token id")
        let name = Array(id.utf8)
        let width = tokenIDs.count < 1 << 8 ? 0 : tokenIDs.count < 1 << 16 ? 1 : 2
        let arraySize = 1 + (1 << width) + 4 * tokenIDs.count
        let sampleSize = 8 + name.count + arraySize
        // The reference writer's rule: header, places, samples and this one within the limit.
        if !ends.isEmpty, configuration.sizeLimit < rawSize + sampleSize + 4 { try flush() }
        append(UInt32(name.count))
        append(UInt32(arraySize))
        content.append(contentsOf: name)
        content.append(UInt8(1 << 2 | width))
        switch width {
        case 0: content.append(UInt8(tokenIDs.count))
        case 1: append(UInt16(tokenIDs.count))
        default: append(UInt32(tokenIDs.count))
        }
        tokenIDs.withUnsafeBytes { content.append(contentsOf: $0) }
        ends.append(UInt32(content.count))
        samples += 1
        tokens += tokenIDs.count
    }

    /// Writes the last shard and the index, and returns the index. Without samples there are no
    /// shards.
    public func finish() throws -> MDSIndex {
        if !ends.isEmpty { try flush() }
        let index = MDSIndex(shards: shards)
        let file = try OutputFile(path: Folder.join(folder, MDSIndex.fileName))
        try file.write(index.encoded())
        try file.finish(synchronized: configuration.synchronized)
        return index
    }

    /// Size of the shard's raw file as it stands.
    private var rawSize: Int { 8 + header.count + 4 * ends.count + content.count }

    private func append<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { content.append(contentsOf: $0) }
    }

    private func flush() throws {
        let digits = String(shards.count)
        let number = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let name = "shard.\(number).mds"
        var shard = Self.shard(configuration)
        shard.samples = ends.count
        let front = frontBytes()
        shard.raw = MDSIndex.File(
            basename: name, bytes: rawSize, hashes: hashes(of: [front, content]))
        if let level = configuration.compressionLevel {
            shard.zip = try writeCompressed([front, content], to: "\(name).zstd", level: level)
        } else {
            let file = try OutputFile(path: Folder.join(folder, name))
            try file.write(front)
            try file.write(content)
            try file.finish(synchronized: configuration.synchronized)
        }
        shards.append(shard)
        content.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Count, places and header.
    private func frontBytes() -> [UInt8] {
        let start = UInt32(4 * (ends.count + 2) + header.count)
        let numbers = [UInt32(ends.count), start] + ends.map { start + $0 }
        return numbers.withUnsafeBytes { Array($0) } + header
    }

    private func writeCompressed(
        _ parts: [[UInt8]], to name: String, level: Int
    ) throws -> MDSIndex.File {
        let path = Folder.join(folder, name)
        let file = try OutputFile(path: path)
        let zstd = try ZstdWriter(
            file: file, level: level, contentSize: parts.reduce(0) { $0 + $1.count },
            windowLog: configuration.windowLog)
        for part in parts { try zstd.write(part) }
        try zstd.finish()
        let size = file.position
        try file.finish(synchronized: configuration.synchronized)
        let mapped = try MappedFile(path: path)
        let pairs = configuration.hashes.map { ($0.rawValue, $0.digest(of: mapped)) }
        return MDSIndex.File(
            basename: name, bytes: size, hashes: Dictionary(pairs, uniquingKeysWith: { $1 }))
    }

    private func hashes(of parts: [[UInt8]]) -> [String: String] {
        var result: [String: String] = [:]
        for checksum in configuration.hashes {
            let hasher = Checksum.Hasher(checksum)
            for part in parts { part.withUnsafeBytes { hasher.update($0) } }
            result[checksum.rawValue] = hasher.digest()
        }
        return result
    }

    private static func shard(_ configuration: Configuration) -> MDSIndex.Shard {
        MDSIndex.Shard(
            columns: columns, compression: configuration.compressionLevel.map { "zstd:\($0)" },
            hashes: Set(configuration.hashes.map(\.rawValue)).sorted(),
            raw: MDSIndex.File(basename: "", bytes: 0, hashes: [:]), zip: nil, samples: 0,
            sizeLimit: configuration.sizeLimit)
    }
}
