import ArgumentParser
import Diagnostics
import Formats
import Preparation
import Programs
import Reporting
import Tokenization

/// `mmbert data inspect`.
struct DataInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what shards contain: counts, lengths, languages, samples as text.",
        discussion: """
            Every language of a build, those with the most tokens first, and the text of three \
            samples:
              mmbert data inspect shards/manifest.yaml

            The shortest samples on average, fifty languages:
              mmbert data inspect shards --sort mean --limit 50

            A folder of shards, ten samples as text, and the ids of all samples:
              mmbert data inspect shards/train/deu_Latn --samples 10 --tokenizer tokenizer
              mmbert data inspect shards/train/deu_Latn --samples 1000000 --ids --json

            Folders of shards from elsewhere, without a manifest, by their paths:
              mmbert data inspect downloaded --tokenizer tokenizer

            Samples are read to measure lengths; --quick skips that.
            """)

    /// What a table is sorted by.
    enum Order: String, CaseIterable, ExpressibleByArgument {
        case tokens, samples, language, mean, bytes
    }

    @Argument(help: "A manifest, the folder it is in, or a folder with shards at any depth.")
    var path: String
    @Option(help: .init("How many samples are shown.", valueName: "count")) var samples = 3
    @Flag(help: "Show all ids of these samples instead of text.") var ids = false
    @Option(help: .init("Characters shown of each sample.", valueName: "count")) var characters =
        160
    @Option(
        help: .init(
            "The tokenizer's folder, .model or .json file; otherwise the manifest's.",
            valueName: "path"))
    var tokenizer: String?
    @Option(help: .init("Rows of the table of languages; 0 for all.", valueName: "count"))
    var limit = 20
    @Option(
        help: """
            What languages are sorted by. Tokens, samples and bytes: largest first; mean length: \
            shortest first.
            """)
    var sort = Order.tokens
    @Flag(help: "Only what indexes and manifest say: no lengths.") var quick = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try checkAtLeast([
            ("--samples", samples, 0), ("--characters", characters, 0), ("--limit", limit, 0),
        ])
    }

    func run() throws {
        let data = try ShardedData(path: path)
        let status = StatusLine()
        let survey = try ShardSurvey(
            try data.folders, readingSamples: !quick, threads: threads.count
        ) { share in
            status.update { "\(percentDone(share)) read" }
        }
        status.finish()
        let sources = data.sources(counted: survey).map(sort.sorted)
        let report = try InspectionReport(
            path: path, data: data, survey: survey, hasLengths: !quick, sources: sources,
            samples: try shownSamples(of: data, sources ?? []))
        try result.print(report, text: report.text(limit: limit))
    }

    /// One sample of each of the sources at the top of the table, or those of the folder.
    private func shownSamples(
        of data: ShardedData, _ sources: [DataManifest.Source]
    ) throws -> [InspectionReport.Sample] {
        let tokenizer = samples > 0 && !ids ? try data.tokenizer(at: tokenizer) : nil
        var shown: [InspectionReport.Sample] = []
        if case .folder(let folder) = data {
            for (number, ids) in try ShardSurvey.samples(of: folder, count: samples) {
                shown.append(try sample(number, ids, of: nil, tokenizer))
            }
        }
        for source in sources.prefix(samples) {
            guard let folder = try data.folder(of: source) else { continue }
            for (number, ids) in try ShardSurvey.samples(of: folder, count: 1) {
                shown.append(try sample(number, ids, of: source.name, tokenizer))
            }
        }
        return shown
    }

    private func sample(
        _ number: Int, _ tokenIDs: [Int32], of language: String?, _ tokenizer: Tokenizer?
    ) throws -> InspectionReport.Sample {
        let known = tokenIDs.prefix(max(16, characters))
        let isKnown = tokenizer.map { tokenizer in
            known.allSatisfy { 0..<Int32(tokenizer.vocabularySize) ~= $0 }
        }
        guard isKnown ?? true else {
            throw InputError(
                at: path, expected: "ids of the tokenizer", found: "others in sample \(number)",
                remedy: "Name the tokenizer the shards were built with.")
        }
        return InspectionReport.Sample(
            language: language, number: number, tokens: tokenIDs.count,
            ids: Array(tokenIDs.prefix(ids ? .max : 16)),
            text: tokenizer.map { String($0.decode(Array(known)).prefix(characters)) })
    }
}

extension DataInspectCommand.Order {
    /// The sources in this order.
    func sorted(_ sources: [DataManifest.Source]) -> [DataManifest.Source] {
        func descending(_ value: (DataManifest.Source) -> Int) -> [DataManifest.Source] {
            sources.sorted { (value($1), $0.language) < (value($0), $1.language) }
        }
        func mean(_ source: DataManifest.Source) -> Double {
            Double(source.tokens) / Double(max(1, source.samples))
        }
        return switch self {
        case .tokens: descending(\.tokens)
        case .samples: descending(\.samples)
        case .bytes: descending(\.bytes)
        case .language: sources.sorted { $0.language < $1.language }
        case .mean: sources.sorted { (mean($0), $0.language) < (mean($1), $1.language) }
        }
    }
}

extension ShardedData {
    /// The folders of shards, training only.
    fileprivate var folders: [String] {
        get throws {
            switch self {
            case .folder(let folder): [folder]
            case .folders(let folders): folders.map(\.path)
            case .manifest(let manifest): try manifest.sources.compactMap(manifest.localFolder(of:))
            }
        }
    }

    /// The sources as the manifest has them, or one for each of several folders with what `survey`
    /// counted; nil for a single folder.
    fileprivate func sources(counted survey: ShardSurvey) -> [DataManifest.Source]? {
        switch self {
        case .folder: nil
        case .folders(let folders):
            zip(folders, survey.counts).map { folder, count in
                DataManifest.Source(
                    language: folder.name, folder: folder.path, documents: 0,
                    samples: count.samples, tokens: count.tokens, bytes: 0)
            }
        case .manifest(let manifest): manifest.sources
        }
    }

    /// The folder of a source, nil if it is only on a web server.
    fileprivate func folder(of source: DataManifest.Source) throws -> String? {
        guard case .manifest(let manifest) = self else { return source.folder }
        return try manifest.localFolder(of: source)
    }
}
