import Diagnostics
import Formats
import Host
import Synchronization
import Tokenization

/// Text in, token shards out: documents → ids → pieces → shuffled, compressed MDS shards per
/// language, with a held-out part and a manifest.
///
/// The result is a function of the text, the tokenizer and the configuration, whatever the number
/// of threads and however often the build was interrupted. The output folder is there complete or
/// not at all; until then it is `OUTPUT.partial`, where a build resumes:
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
        /// Whether mixed text is still being split by language.
        public var isSplitting = false
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
        /// What was read and passed over in the text of all languages.
        public var reading: ReadingReport
        /// Languages that an interrupted build had completed.
        public var keptLanguages: Int
        /// Languages whose text gave no sample, and which are left out of the manifest.
        public var emptyLanguages: [String]
        /// Why what the build needed for itself could not be removed from the complete result,
        /// nil if it was.
        public var leftover: InputError?
    }

    /// The text of a build.
    public enum Text: Sendable {
        /// Files of which each holds one language.
        case languages([TextSource])
        /// Files, or `-`, of documents that name their language under `fields`; only those of
        /// `languages` are taken if that is given.
        case mixed(files: [String], fields: TextFields, languages: [String]?)
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

    /// Builds shards of `text` in the folder `output`, which must not exist yet.
    ///
    /// A build that was interrupted is resumed: languages that are complete are kept if their text
    /// has the same size and time of change. Standard input that was split by language is not read
    /// again.
    ///
    /// - Parameters:
    ///   - tokenizerPath: where the tokenizer came from; the files beside it are copied.
    ///   - restarting: whether to start an interrupted build again from the beginning.
    ///   - progress: called from any thread, one call at a time.
    /// - Throws: `InputError` for files that cannot be read or written, for an interrupted build
    ///   with other options, or when nothing was read.
    public func build(
        _ text: Text, tokenizerPath: String, output: String, restarting: Bool = false,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) throws -> Report {
        let folder = try BuildFolder(
            output: output, options: options(of: text), restarting: restarting)
        do {
            return try build(text, tokenizerPath, folder, progress)
        } catch {
            if (try? folder.hasFinished) == false { folder.discard() }
            throw error
        }
    }

    private func build(
        _ text: Text, _ tokenizerPath: String, _ folder: BuildFolder,
        _ progress: @escaping @Sendable (Progress) -> Void
    ) throws -> Report {
        try TokenizerFolder.write(
            tokenizer, from: tokenizerPath, to: folder.place("tokenizer"))
        let (sources, passedOver) = try sources(of: text, folder, progress)
        try folder.keepOnly(Set(sources.map(\.language)))
        let (records, kept) = try buildAll(sources, folder: folder, progress: progress)
        var reading = passedOver
        for record in records { reading.add(record.report) }
        let built = zip(sources, records).filter { $1.training.samples > 0 }
        guard !built.isEmpty else {
            folder.discard()
            let place = text.fields.language == nil ? sources.first?.paths.first : nil
            throw reading.nothingUsable(at: place ?? text.place, languages: sources.count)
        }
        let manifest = DataManifest(
            tokenizer: "tokenizer", vocabulary: tokenizer.vocabularySize,
            context: configuration.context,
            sources: built.map { $1.source(of: $0.language) })
        try manifest.write(to: folder.place(BuildFolder.manifest))
        let leftover = try folder.complete()
        return Report(
            manifest: manifest, reading: reading, keptLanguages: kept,
            emptyLanguages: zip(sources, records).filter { $1.training.samples == 0 }
                .map(\.0.language),
            leftover: leftover)
    }

    private func options(of text: Text) -> BuildFolder.Options {
        BuildFolder.Options(
            context: configuration.context, heldOut: configuration.heldOut.description,
            seed: configuration.seed, tokenizer: Checksum.xxh64.digest(of: tokenizer.bytes),
            languageField: text.fields.language,
            textField: text.fields.text == TextFields.usual.text ? nil : text.fields.text)
    }

    /// The text of each language, and what was passed over in finding it.
    private func sources(
        of text: Text, _ folder: BuildFolder, _ progress: (Progress) -> Void
    ) throws -> (sources: [TextSource], passedOver: ReadingReport) {
        switch text {
        case .languages(let sources): return (sources, ReadingReport())
        case .mixed(let files, let fields, let languages):
            let record = try folder.split(files, fields: fields, languages: languages, progress)
            let parts = folder.temporary("text")
            return (try LanguageSplit.sources(of: record.languages, in: parts), record.report)
        }
    }

    /// Each thread takes the largest language that is left. Returns the records in the order of
    /// `sources`, and how many were there before.
    private func buildAll(
        _ sources: [TextSource], folder: BuildFolder,
        progress: @escaping @Sendable (Progress) -> Void
    ) throws -> (records: [BuildFolder.Record], kept: Int) {
        let finished = try sources.map(folder.finished)
        let order = sources.indices.filter { finished[$0] == nil }.sorted {
            (sources[$1].size ?? .max, $0) < (sources[$0].size ?? .max, $1)
        }
        var start = Progress()
        start.totalLanguages = order.count
        start.totalFileBytes = order.reduce(0) { sum, place in
            sum.flatMap { sum in sources[place].size.map { sum + $0 } }
        }
        let state = Mutex(start)
        let path = folder.path
        let built = try concurrently(order.count, threads: configuration.threads) { turn in
            let source = sources[order[turn]]
            var build = LanguageBuild(source, builder: self, folder: path)
            let record = try build.run { fileBytes, textBytes in
                state.withLock {
                    $0.fileBytes += fileBytes
                    $0.textBytes += textBytes
                    progress($0)
                }
            }
            try BuildFolder.finish(source, record, in: path)
            state.withLock {
                $0.languages += 1
                progress($0)
            }
            return record
        }
        var records = finished
        for (place, record) in zip(order, built) { records[place] = record }
        return (records.compactMap(\.self), sources.count - order.count)
    }
}

extension ShardBuilder.Text {
    /// Where documents and, in mixed text, their languages lie.
    fileprivate var fields: TextFields {
        switch self {
        case .languages(let sources): TextFields(text: sources.first?.textField ?? "text")
        case .mixed(_, let fields, _): fields
        }
    }

    /// Where the text is, for messages.
    fileprivate var place: String {
        if case .mixed(let files, _, _) = self { files.first ?? "-" } else { "--input" }
    }
}

extension BuildFolder.Record {
    /// The manifest's entry.
    fileprivate func source(of language: String) -> DataManifest.Source {
        DataManifest.Source(
            language: language, folder: "train/\(language)", documents: documents,
            samples: training.samples, tokens: training.tokens, bytes: bytes,
            heldOut: heldOut.map {
                .init(folder: "held-out/\(language)", samples: $0.samples, tokens: $0.tokens)
            })
    }
}
