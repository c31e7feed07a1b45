import Diagnostics
import Dispatch
import Formats
import Synchronization
import Tokenization

/// Text in, token shards out: documents → ids → pieces → shuffled, compressed MDS shards per
/// language, with a held-out part and a manifest.
///
/// The result is a function of the text, the tokenizer and the configuration, whatever the number
/// of threads. The output folder is there complete or not at all:
///
///     OUTPUT/manifest.yaml       what recipes name
///            tokenizer/          tokenizer.model, tokenizer.json …
///            train/deu_Latn/     index.json, shard.00000.mds.zstd …
///            held-out/deu_Latn/
public struct ShardBuilder: Sendable {
    /// What a build depends on besides text and tokenizer.
    public struct Configuration: Sendable, Equatable {
        /// The longest sample, in ids.
        public var context = 1024
        /// What is kept for evaluation.
        public var heldOut = HeldOut.share(0.01)
        /// Decides the order of samples, what is held out and where documents are cut.
        public var seed: UInt64 = 0
        /// Threads that read and encode.
        public var threads = 1
        /// Ids of one language that wait in memory before they are set aside on disk.
        public var tokensInMemory = 1 << 24

        /// The defaults.
        public init() {}
    }

    /// How far a build is.
    public struct Progress: Sendable {
        /// Bytes of input files that were read, as they are on disk.
        public var fileBytes = 0
        /// Their size, nil when an input is a pipe.
        public var totalFileBytes: Int?
        /// Bytes of text that are encoded.
        public var textBytes = 0
        /// Languages that are complete.
        public var languages = 0
        /// All languages.
        public var totalLanguages = 0
    }

    /// What a build made.
    public struct Report: Sendable {
        /// The manifest as it was written.
        public var manifest: DataManifest
        /// What was read and passed over, per language.
        public var reading: [(language: String, report: ReadingReport)]
    }

    /// The tokenizer.
    public let tokenizer: Tokenizer
    /// The configuration.
    public let configuration: Configuration

    let chunker: Chunker

    /// A builder.
    ///
    /// - Precondition: `configuration.context >= 16` and `configuration.threads >= 1`.
    public init(tokenizer: Tokenizer, configuration: Configuration = Configuration()) {
        precondition(configuration.threads >= 1, "ShardBuilder: \(configuration.threads) threads")
        self.tokenizer = tokenizer
        self.configuration = configuration
        chunker = Chunker(context: configuration.context)
    }

    /// Builds shards of `sources` in the folder `output`, which must not exist yet.
    ///
    /// - Parameters:
    ///   - tokenizerPath: where the tokenizer came from; the files beside it are copied.
    ///   - progress: called from any thread, one call at a time.
    /// - Throws: `InputError` for files that cannot be read or written, or when nothing was read.
    public func build(
        _ sources: [TextSource], tokenizerPath: String, output: String,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) throws -> Report {
        try AtomicFolder.write(to: output) { folder in
            try TokenizerFolder.write(
                tokenizer, from: tokenizerPath, to: Folder.join(folder, "tokenizer"))
            let built = try buildAll(sources, folder: folder, progress: progress)
            guard built.contains(where: { $0.source.samples > 0 }) else {
                throw InputError(
                    at: sources.first?.paths.first ?? output, expected: "documents with text",
                    found: "none in \(sources.count) languages",
                    remedy: "Check what the files hold; JSON lines need a string under \"text\".")
            }
            let manifest = DataManifest(
                tokenizer: "tokenizer", vocabulary: tokenizer.vocabularySize,
                context: configuration.context,
                sources: built.map(\.source).filter { $0.samples > 0 })
            try manifest.write(to: Folder.join(folder, "manifest.yaml"))
            return Report(
                manifest: manifest,
                reading: built.map { ($0.source.language, $0.report) })
        }
    }

    private typealias Built = (source: DataManifest.Source, report: ReadingReport)

    /// Each thread takes the largest language that is left.
    private func buildAll(
        _ sources: [TextSource], folder: String,
        progress: @escaping @Sendable (Progress) -> Void
    ) throws -> [Built] {
        let order = sources.indices.sorted {
            (sources[$1].size ?? .max, $0) < (sources[$0].size ?? .max, $1)
        }
        var start = Progress()
        start.totalLanguages = sources.count
        start.totalFileBytes = sources.reduce(0) { sum, source in
            sum.flatMap { sum in source.size.map { sum + $0 } }
        }
        let state = Mutex(
            BuildState(results: Array(repeating: nil, count: sources.count), progress: start))
        DispatchQueue.concurrentPerform(
            iterations: min(configuration.threads, sources.count)
        ) { _ in
            while let turn = state.withLock({ $0.takeTurn(of: sources.count) }) {
                let place = order[turn]
                let result = Result {
                    var build = LanguageBuild(sources[place], builder: self, folder: folder)
                    return try build.run { fileBytes, textBytes in
                        state.withLock {
                            $0.progress.fileBytes += fileBytes
                            $0.progress.textBytes += textBytes
                            progress($0.progress)
                        }
                    }
                }
                state.withLock {
                    $0.finish(place, result)
                    progress($0.progress)
                }
            }
        }
        return try state.withLock { try $0.results.compactMap { try $0?.get() } }
    }

    /// What the threads share.
    private struct BuildState {
        var results: [Result<Built, any Error>?]
        var progress: Progress
        private var nextTurn = 0
        private var hasFailed = false

        init(results: [Result<Built, any Error>?], progress: Progress) {
            self.results = results
            self.progress = progress
        }

        /// The next language in the order of sizes, nil when none is left or one has failed.
        mutating func takeTurn(of count: Int) -> Int? {
            guard nextTurn < count, !hasFailed else { return nil }
            nextTurn += 1
            return nextTurn - 1
        }

        mutating func finish(_ place: Int, _ result: Result<Built, any Error>) {
            if case .failure = result { hasFailed = true }
            results[place] = result
            progress.languages += 1
        }
    }
}
