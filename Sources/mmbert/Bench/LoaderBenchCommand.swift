import ArgumentParser
import Benchmarks
import Curriculum
import Diagnostics
import Formats
import Preparation
import Programs
import RemoteFiles
import Reporting
import Streaming

/// `mmbert bench loader`.
struct LoaderBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loader",
        abstract: "Measure how fast shards are read, mixed, packed and masked.",
        discussion: """
            Reads as training does, comparing the hash of each shard when it is first read. Then \
            a reader is restored at nine places inside every source, and its first microbatch is \
            timed.

            The languages of a build, mixed at τ = 0.3, none of them read more than five times:
              mmbert bench loader shards/manifest.yaml --temperature 0.3 --max-epochs 5

            Folders of shards, in proportion to their sizes:
              mmbert bench loader shards/train/deu_Latn shards/train/eng_Latn --json

            Shards from a web server, fetched ahead into a folder of their own:
              mmbert bench loader remote.yaml --cache /scratch/shards --cache-limit 20G
            """)

    @Argument(help: "A manifest, or the folder it is in; or folders with shards.")
    var paths: [String]
    @Option(help: .init("The longest sequence.", valueName: "tokens")) var context = 1024
    @Option(help: .init("Tokens of a microbatch. (default: 16 contexts)", valueName: "tokens"))
    var microbatch: Int?
    @Option(help: .init("Share of tokens that are masked.", valueName: "ratio")) var mask = 0.3
    @Option(help: .init("Exponent of the languages' shares.", valueName: "τ")) var temperature = 1.0
    @Option(
        help: .init(
            "How often a language may be read through in --tokens.", valueName: "times"))
    var maxEpochs: Double?
    @Option(help: .init("Tokens to read, such as 200M.", valueName: "count")) var tokens =
        TokenCount(100_000_000)
    @Option(
        help: .init(
            "Threads, each with its own lane; one by default, to measure one core.",
            valueName: "count"))
    var threads = 1
    @Option(help: "Seed of the order and the masks.") var seed: UInt64 = 1
    @Option(
        help: .init("The folder that keeps shards from web servers.", valueName: "folder"))
    var cache: String?
    @Option(help: .init("Bytes it may keep.", valueName: "bytes")) var cacheLimit = ByteCount(
        100_000_000_000)
    @Flag(help: "Do not compare hashes.") var skipHashes = false
    @OptionGroup var result: ResultOptions

    func validate() throws {
        guard context >= 8, microbatch ?? context >= context else {
            throw ValidationError(
                "--context \(context): give 8 or more, and microbatches that hold it.")
        }
        try checkAtLeast([("--threads", threads, 1)])
        try checkAtMost([
            ("--context", context, 1 << 20), ("--microbatch", microbatch ?? 1, 1 << 24),
            ("--threads", threads, 1024),
        ])
        guard 0...1 ~= mask, 0...1 ~= temperature, maxEpochs ?? 1 > 0 else {
            throw ValidationError("Give ratios from 0 to 1, and epochs above 0.")
        }
    }

    func run() throws {
        let start = ContinuousClock.now
        let data = try paths.map { try ShardedData(path: $0) }
        let mixed = try mixture(of: data)
        let bench = LoaderBenchmark(
            configuration: try configuration(
                mixed.sources, shares: mixed.mixture.portions.map(\.share),
                vocabulary: vocabulary(of: data)),
            tokens: tokens.count, maskRatio: mask, maxEpochs: maxEpochs)
        let status = StatusLine()
        let report = try bench.run(since: start) { tokens in
            status.update { "\(shortCount(tokens)) tokens read" }
        }
        status.finish()
        try result.print(report, text: report.text)
    }

    private func configuration(
        _ sources: [StreamSource], shares: [Double], vocabulary: Int
    ) throws -> StreamConfiguration {
        StreamConfiguration(
            sources: sources, mixtures: [shares], context: context,
            microbatchTokens: microbatch ?? 16 * context,
            masking: .init(vocabularySize: vocabulary), seed: seed, phase: "bench", lanes: threads,
            verifiesHashes: !skipHashes, cache: try shardCache(for: sources))
    }

    /// The cache for shards from web servers, nil where there are none.
    private func shardCache(for sources: [StreamSource]) throws -> ShardCache? {
        guard let remote = sources.first(where: \.isRemote) else { return nil }
        guard let cache else {
            throw InputError(
                at: paths[0], expected: "shards on this machine, or a folder to fetch them into",
                found: "\(remote.name) at a web server", remedy: "Name a folder with --cache.")
        }
        let configuration = ShardCache.Configuration(
            folder: cache, limitBytes: cacheLimit.bytes)
        return try ShardCache(configuration) { notice in
            tell(notice.isWarning ? "warning: \(notice.text)" : notice.text)
        }
    }

    /// In folders without a manifest ids are only checked against the largest possible one.
    private func vocabulary(of data: [ShardedData]) -> Int {
        data.map { data in
            if case .manifest(let manifest) = data { manifest.vocabulary } else { 1 << 24 }
        }.max() ?? 1
    }

    private func mixture(
        of data: [ShardedData]
    ) throws -> (sources: [StreamSource], mixture: DataMixture) {
        let sources = try data.flatMap { try $0.streamSources }
        guard !sources.isEmpty else {
            throw InputError(
                at: paths[0], expected: "sources with samples", found: "none",
                remedy: "Build the data again.")
        }
        let group = DataMixture.Group(
            name: "all", share: 1,
            sources: sources.map { .init(language: $0.name, availableTokens: $0.tokens) },
            sampling: .temperature(temperature), maxEpochs: maxEpochs)
        let mixture = DataMixture(groups: [group], tokens: tokens.count)
        guard mixture.shortfall == 0 else {
            throw InputError(
                at: "--max-epochs", expected: "enough data for \(counted(tokens.count, "token"))",
                found: "\(Int(mixture.shortfall)) fewer", remedy: "Raise it, or lower --tokens.")
        }
        return (sources, mixture)
    }
}

extension LoaderReport {
    /// The report for people.
    var text: String {
        let title = """
            \(counted(sources, "source")), context \(context), microbatches of \
            \(counted(microbatchTokens, "token")), \(counted(threads, "thread"))
            """
        var table = TextTable(columns: [.left, .left])
        table.add(["start", "\(decimal(startSeconds, places: 3)) s to the first microbatch"])
        table.add([
            "reading",
            """
            \(millions(tokensPerSecond)) tokens per second (\(millions(Double(tokens))) tokens, \
            \(counted(samples, "sample")), \(decimal(seconds, places: 2)) s)
            """,
        ])
        table.add(["packing", percent(packing, places: 2)])
        table.add(["masking", percent(scored, places: 2) + " scored"])
        table.add([
            "resuming",
            """
            \(decimal(resumeSeconds, places: 3)) s to the first microbatch, the slowest of nine \
            places
            """,
        ])
        if sourcesInDeviation > 1 {
            table.add([
                "shares",
                """
                within \(percent(largestDeviation, places: 2)) of what is expected, \
                \(counted(sourcesInDeviation, "source")) above \(percent(0.001))
                """,
            ])
            let excess = excessOverCap.map {
                "; caps kept to a sample and \(percent($0, places: 3))"
            }
            table.add(["epochs", "at most \(decimal(mostEpochs, places: 3))\(excess ?? "")"])
        }
        if let residentMegabytes {
            table.add(["memory", "\(decimal(residentMegabytes, places: 0)) MB resident"])
        }
        return title + "\n" + table.text(indentation: 2)
    }

    private func millions(_ tokens: Double) -> String { decimal(tokens / 1e6, places: 1) + " M" }
}

extension ShardedData {
    /// What can be read: all sources of the manifest that have tokens, or every folder.
    fileprivate var streamSources: [StreamSource] {
        get throws {
            switch self {
            case .manifest(let manifest):
                try manifest.sources.filter { $0.tokens > 0 }.map {
                    StreamSource(
                        language: $0.language, name: $0.name, place: try manifest.place(of: $0),
                        samples: $0.samples, tokens: $0.tokens)
                }
            case .folder(let folder): [try Self.source(ofFolder: folder)]
            case .folders(let folders): try folders.map { try Self.source(ofFolder: $0.path) }
            }
        }
    }

    /// A folder without a manifest: as many tokens as fill its bytes.
    private static func source(ofFolder path: String) throws -> StreamSource {
        let files = try ShardSurvey([path], readingSamples: false).files
        return StreamSource(
            language: path, folder: path, samples: files.samples,
            tokens: max(1, files.rawBytes / 4))
    }
}
