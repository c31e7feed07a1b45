import Diagnostics

/// What `mmbert data build` made: the tokenizer and, per language, a folder of shards with its
/// counts. A YAML file beside those folders; recipes name it. Paths in it are relative to it.
public struct DataManifest: Equatable, Sendable {
    /// Part of a source that is kept out of training for evaluation.
    public struct HeldOut: Equatable, Sendable {
        /// Its folder of MDS shards, relative to the manifest; nil if there is only a remote one.
        public var folder: String?
        /// The address of its folder of MDS shards at a web server.
        public var remote: RemoteFolder?
        /// Count of samples.
        public var samples: Int
        /// Count of token ids, special ones included.
        public var tokens: Int

        /// Held-out samples in `folder`, at `remote`, or at both.
        public init(
            folder: String?, remote: RemoteFolder? = nil, samples: Int, tokens: Int
        ) {
            self.folder = folder
            self.remote = remote
            self.samples = samples
            self.tokens = tokens
        }
    }

    /// The data of one language, or a part of them.
    public struct Source: Equatable, Sendable {
        /// The language's code, such as `deu_Latn`.
        public var language: String
        /// What recipes call the source; the language's code unless there are several of it.
        public var name: String
        /// The folder of MDS shards for training, relative to the manifest; nil if there is only a
        /// remote one.
        public var folder: String?
        /// The address of the folder of MDS shards at a web server.
        public var remote: RemoteFolder?
        /// Count of documents that the text held.
        public var documents: Int
        /// Count of samples in the shards for training.
        public var samples: Int
        /// Count of token ids in them, special ones included.
        public var tokens: Int
        /// Bytes of text, before tokenization, that training and held-out samples were made of.
        public var bytes: Int
        /// What is kept for evaluation.
        public var heldOut: HeldOut?

        /// The data of `language` in `folder`, at `remote`, or at both.
        public init(
            language: String, name: String? = nil, folder: String?, remote: RemoteFolder? = nil,
            documents: Int, samples: Int, tokens: Int, bytes: Int, heldOut: HeldOut? = nil
        ) {
            self.language = language
            self.name = name ?? language
            self.folder = folder
            self.remote = remote
            self.documents = documents
            self.samples = samples
            self.tokens = tokens
            self.bytes = bytes
            self.heldOut = heldOut
        }
    }

    /// The most documents, tokens or bytes that all sources have together: no sum of counts, and no
    /// product with a share or an average, leaves 64 bits.
    public static let largestCount = 1_000_000_000_000_000
    /// The most samples of a source.
    public static let largestSampleCount = 1_000_000_000_000

    /// The version of the manifest's format, 1.
    public var version = 1
    /// The tokenizer's folder or model file, relative to the manifest.
    public var tokenizer: String
    /// Count of ids that the tokenizer knows.
    public var vocabulary: Int
    /// The longest sample, in token ids.
    public var context: Int
    /// The languages, in the order in which they were written.
    public var sources: [Source]
    /// Where the manifest was read from; folders are relative to the folder of this file.
    public private(set) var path = ""

    /// A manifest that is not in a file yet.
    public init(tokenizer: String, vocabulary: Int, context: Int, sources: [Source]) {
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary
        self.context = context
        self.sources = sources
    }

    /// Reads the manifest at `path`. An `InputError` names the line of an unknown key, a wrong
    /// type, an impossible count or, with `checkingFolders`, of a folder that is not there.
    public init(contentsOf path: String, checkingFolders: Bool = true) throws {
        self = try ManifestReader(path: path).manifest(checkingFolders: checkingFolders)
        self.path = path
    }

    /// Where the shards of `source` are read: in its folder if that has an index, else at its web
    /// server. Folders are usable from the working directory.
    public func place(of source: Source) throws -> ShardPlace {
        try place(folder: source.folder, remote: source.remote)
    }

    /// Where the held-out shards of `source` are read, or nil if it has none.
    public func heldOutPlace(of source: Source) throws -> ShardPlace? {
        try source.heldOut.map { try place(folder: $0.folder, remote: $0.remote) }
    }

    private func place(folder: String?, remote: RemoteFolder?) throws -> ShardPlace {
        let path = resolve(folder ?? "")
        guard let remote, try folder == nil || !Folder.exists(Folder.join(path, MDSIndex.fileName))
        else { return .folder(path) }
        return .remote(remote)
    }

    /// The tokenizer's folder or model file, usable from the working directory.
    public var tokenizerPath: String { resolve(tokenizer) }

    /// `relative`, a path in the manifest, as seen from the working directory.
    public func resolve(_ relative: String) -> String {
        path.isEmpty ? relative : Folder.join(Folder.parent(of: path), relative)
    }
}
