import ArgumentParser
import Diagnostics
import Formats
import Preparation
import Programs
import Reporting
import Tokenization

/// `mmbert data verify`.
struct DataVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read whole shards and list everything that is wrong with them.",
        discussion: """
            Compares the size and every hash of each file with the index, reads every sample, \
            checks that its ids are in the vocabulary, and compares the counts with the index and \
            the manifest. All problems are listed, one per line; with any, the exit code is 2. \
            Samples with padding, and shards in which no sample begins as a text does, are warned \
            of: a run would train on them as they are.

            All that a manifest names, training and held out:
              mmbert data verify shards/manifest.yaml

            A folder of shards from elsewhere, whose ids must fit a tokenizer:
              mmbert data verify downloaded/deu_Latn --tokenizer tokenizer
            """)

    @Argument(help: "A manifest, the folder it is in, or a folder with shards at any depth.")
    var path: String
    @Option(
        help: .init(
            "The tokenizer's folder, .model or .json file; otherwise the manifest's vocabulary.",
            valueName: "path"))
    var tokenizer: String?
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    /// The result of `--json`.
    private struct Report: Encodable {
        struct Problem: Encodable {
            var location: String
            var expected: String
            var found: String
            var remedy: String
        }

        var path: String
        var counts: ShardVerification.Counts
        var unknownHashes: [String]
        /// Sources on web servers, which were not read.
        var unread: [String]
        var problems: [Problem]
        var warnings: [String]
        var seconds: Double
    }

    func run() throws {
        let start = ContinuousClock.now
        let data = try ShardedData(path: path)
        let known = try data.tokenizer(at: tokenizer)
        let status = StatusLine()
        let verification = ShardVerification(
            try data.parts(namedBy: path),
            vocabulary: tokenizer == nil ? data.vocabulary : known?.vocabularySize,
            context: data.context,
            marks: known.map { .init(padding: $0.special.padding, begin: $0.special.begin) },
            threads: threads.count
        ) { share in
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            status.update {
                "\(percentDone(share)) read · \(timeLeft(share: share, after: seconds))"
            }
        }
        status.finish()
        let (counts, unread) = (verification.counts, try data.remoteSources)
        if result.json {
            try printJSON(
                Report(
                    path: path, counts: counts,
                    unknownHashes: verification.unknownHashes.sorted(),
                    unread: unread,
                    problems: verification.problems.map {
                        .init(
                            location: $0.location, expected: $0.expected, found: $0.found,
                            remedy: $0.remedy)
                    },
                    warnings: verification.warnings,
                    seconds: (ContinuousClock.now - start) / .seconds(1)))
        } else {
            for problem in verification.problems { try StandardOutput.print("\(problem)") }
            if let first = unread.first {
                tell(
                    """
                    Not read: \(counted(unread.count, "source")) on web servers, the first is \
                    \(first).
                    """)
            }
            for warning in verification.warnings { tell("warning: \(warning)") }
            if known == nil { tell("Padding was not looked for, since no tokenizer is known.") }
            summarize(verification, seconds: (ContinuousClock.now - start) / .seconds(1))
        }
        if !verification.problems.isEmpty { throw ExitCode(2) }
    }

    private func summarize(_ verification: ShardVerification, seconds: Double) {
        let counts = verification.counts
        if counts.shardsWithoutHashes > 0 {
            tell(
                """
                \(counts.shardsWithoutHashes) of \(counted(counts.shards, "shard")) \
                \(agreeing(counts.shardsWithoutHashes, "has", "have")) no hash.
                """)
        }
        if !verification.unknownHashes.isEmpty {
            let names = verification.unknownHashes.sorted().joined(separator: ", ")
            tell("Hashes that are not known here and were not compared: \(names).")
        }
        let problems = verification.problems.count
        let warnings = verification.warnings.count
        let outcome =
            problems > 0
            ? counted(problems, "problem")
            : warnings > 0 ? "no damage, \(counted(warnings, "warning"))" : "nothing wrong"
        tell(
            """
            \(path): \(counted(counts.folders, "folder")), \(counted(counts.shards, "shard")), \
            \(counted(counts.samples, "sample")) of \(counted(counts.tokens, "token")) read, \
            \(counted(counts.hashes, "hash", plural: "hashes")) compared, \
            \(outcome), \
            after \(decimal(seconds, places: 1)) s.
            """)
    }
}

extension ShardedData {
    /// The folders to verify, with the counts that a manifest gives of them.
    fileprivate func parts(namedBy path: String) throws -> [ShardVerification.Part] {
        switch self {
        case .folder(let folder): [.init(folder: folder)]
        case .folders(let folders): folders.map { .init(folder: $0.path) }
        case .manifest(let manifest):
            try manifest.sources.flatMap { source in
                try [
                    manifest.localFolder(of: source).map {
                        ShardVerification.Part(
                            folder: $0, counted: "\(manifest.path): \(source.name)",
                            samples: source.samples, tokens: source.tokens)
                    },
                    manifest.localHeldOutFolder(of: source).flatMap { folder in
                        source.heldOut.map {
                            ShardVerification.Part(
                                folder: folder,
                                counted: "\(manifest.path): \(source.name), held out",
                                samples: $0.samples, tokens: $0.tokens)
                        }
                    },
                ].compactMap(\.self)
            }
        }
    }

    fileprivate var vocabulary: Int? {
        if case .manifest(let manifest) = self { manifest.vocabulary } else { nil }
    }

    fileprivate var context: Int? {
        if case .manifest(let manifest) = self { manifest.context } else { nil }
    }
}
