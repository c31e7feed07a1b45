import Diagnostics
import Foundation

/// The `index.json` of a folder of MDS shards, version 2 (MosaicML streaming).
public struct MDSIndex: Equatable, Sendable {
    /// One column of a shard.
    public struct Column: Equatable, Sendable {
        /// Its name, such as `input_ids`.
        public var name: String
        /// How its values are stored.
        public var encoding: MDSEncoding
        /// Bytes of every value, or nil where each sample says it.
        public var size: Int?

        /// A column whose size follows from its encoding.
        public init(name: String, encoding: MDSEncoding) {
            self.name = name
            self.encoding = encoding
            size = encoding.fixedSize
        }
    }

    /// A file of a shard.
    public struct File: Equatable, Sendable {
        /// Its path, relative to the folder of the index.
        public var basename: String
        /// Its size.
        public var bytes: Int
        /// Hexadecimal digests by the names of their algorithms.
        public var hashes: [String: String]

        /// A file of `bytes` bytes.
        public init(basename: String, bytes: Int, hashes: [String: String]) {
            self.basename = basename
            self.bytes = bytes
            self.hashes = hashes
        }
    }

    /// A shard: its columns, its sample count and where its bytes are.
    public struct Shard: Equatable, Sendable {
        /// The columns, in the order of a sample's bytes.
        public var columns: [Column]
        /// `zstd`, `zstd:LEVEL`, another algorithm, or nil.
        public var compression: String?
        /// The hashes that were made of the files.
        public var hashes: [String]
        /// The uncompressed file, which need not be there if `zip` is.
        public var raw: File
        /// The compressed file.
        public var zip: File?
        /// Count of samples.
        public var samples: Int
        /// The writer's limit for `raw.bytes`.
        public var sizeLimit: Int?
    }

    /// The shards, in the order of their samples.
    public var shards: [Shard]

    /// Count of samples in all shards.
    public var samples: Int { shards.reduce(0) { $0 + $1.samples } }

    /// An index of `shards`.
    public init(shards: [Shard]) { self.shards = shards }

    /// The name of the index in its folder.
    public static let fileName = "index.json"
    /// More samples than this in one shard are refused: the table of their places would be large.
    static let largestSampleCount = 1 << 24
    /// Places in a shard are 32 bits wide.
    static let largestShard = Int(UInt32.max)
    /// The largest size of a shard's file that an index may name.
    public static var largestFile: Int { largestShard }

    /// Reads `index.json` in `folder`. Every count and size in it is checked against what the
    /// format allows; an `InputError` names the file, the key and what is wrong.
    public init(folder: String) throws {
        let path = Folder.join(folder, Self.fileName)
        guard try Folder.exists(path) else {
            throw InputError(
                at: path, expected: "the index of a folder of MDS shards", found: "no such file",
                remedy: "Name a folder that `mmbert data build` or mosaicml-streaming wrote.")
        }
        let file = try MappedFile(path: path)
        self = try Self.decode(Data(file.bytes), path: path)
    }

    /// The index that the text `json` of an `index.json` holds; errors name it `path`.
    public init(json: Data, path: String) throws {
        self = try Self.decode(json, path: path)
    }
}
