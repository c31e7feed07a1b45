import ArgumentParser
import Formats
import Preparation
import Programs
import Reporting
import Tokenization

/// `mmbert data build`.
struct DataBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Turn text into token shards, the input of training.",
        discussion: """
            The input is files CODE.parquet, CODE.jsonl.zst (or .ndjson, .json, .csv, .tsv, .txt, \
            plain or .gz), folders of them, or folders named by code, with all below them; \
            anything else is skipped and reported, and so are parts named test or validation. \
            Codes look like deu_Latn; other names are an error without --any-name. A file may be \
            named once only. Documents are strings under \
            "text" or --text-field, in JSON lines, in Parquet and in tables whose first row names \
            the columns; in .txt blank lines separate them. Documents are cut into samples of at \
            most CONTEXT ids, shuffled and written as MDS shards, which mosaicml-streaming reads \
            too. Recipes name the manifest.yaml in the output folder.

            A folder with a file per language:
              mmbert data build --input texts --tokenizer tokenizer --output shards

            A hundred documents of each language for evaluation, two languages only:
              mmbert data build --input texts --tokenizer tokenizer --output shards \\
                --held-out 100 --languages deu_Latn gsw_Latn

            FineWeb2 as it lies on the Hub, and a table in which each row names its language:
              mmbert data build --input fineweb-2/data --tokenizer tokenizer --output shards
              mmbert data build --input all.parquet --text-field content --language-field lang \\
                --tokenizer tokenizer --output shards

            JSON lines of another tool through a pipe, one language or many:
              export-json | mmbert data build --input - --language deu_Latn \\
                --tokenizer tokenizer --output shards
              export-json | mmbert data build --input - --language-field lang \\
                --tokenizer tokenizer --output shards

            A build that was interrupted, in whatever way, leaves OUTPUT.partial. The same command \
            resumes it: languages that were complete are kept, as long as the size and the time \
            of change of their text are the same.
            """)

    @OptionGroup var text: TextOptions
    @Option(help: .init("The tokenizer's folder, .model or .json file.", valueName: "path"))
    var tokenizer: String
    @Option(help: .init("The folder to create.", valueName: "folder")) var output: String
    @Option(help: .init("The longest sample, in ids.", valueName: "count")) var context = 1024
    @Option(
        help: .init(
            "Documents held out for evaluation: a share up to 0.25, or a count from 1, of which at "
                + "most a quarter of a language's are.",
            valueName: "share"))
    var heldOut = "0.01"
    @Option(
        help: .init(
            "Seed of the order, the cuts and the choice of held-out documents.",
            valueName: "number"))
    var seed: UInt64 = 0
    @OptionGroup var threads: ThreadOptions
    @Flag(help: "Start over instead of resuming a build that was interrupted.")
    var restart = false
    @OptionGroup var result: ResultOptions

    func validate() throws {
        guard 16...1_048_576 ~= context else {
            throw ValidationError("--context \(context): give a number from 16 to 1048576.")
        }
        guard HeldOut(heldOut) != nil else {
            throw ValidationError(
                "--held-out \(heldOut): give a share from 0 to 0.25 or a count from 1.")
        }
    }

    /// The report of `--json`.
    private struct Report: Encodable {
        var manifest: String
        var languages: Int
        var keptLanguages: Int
        var emptyLanguages: [String]
        var reading: ReadingReport
        var passedOver: PassedOver
        var samples: Int
        var tokens: Int
        var heldOutSamples: Int
        var seconds: Double
        var megabytesPerSecond: Double
    }

    func run() throws {
        let start = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
        let (sources, passedOver) = try text.found()
        tell(passedOver)
        var configuration = ShardBuilder.Configuration()
        configuration.context = context
        configuration.heldOut = HeldOut(heldOut) ?? configuration.heldOut
        configuration.seed = seed
        configuration.threads = threads.count
        let builder = ShardBuilder(
            tokenizer: try Tokenizer(path: tokenizer), configuration: configuration)
        let status = StatusLine()
        let built = try tellingWhatIsKept {
            try builder.build(
                sources, tokenizerPath: tokenizer, output: output, restarting: restart
            ) { now in
                let elapsed = (ContinuousClock.now - start) / .seconds(1)
                status.update { Self.line(now, seconds: elapsed) }
            }
        }
        status.finish()
        tellWarnings(of: built)
        let reading = built.reading
        let report = Report(
            manifest: Folder.join(output, "manifest.yaml"),
            languages: built.manifest.sources.count, keptLanguages: built.keptLanguages,
            emptyLanguages: built.emptyLanguages, reading: reading, passedOver: passedOver,
            samples: built.manifest.sources.reduce(0) { $0 + $1.samples },
            tokens: built.manifest.sources.reduce(0) { $0 + $1.tokens },
            heldOutSamples: built.manifest.sources.reduce(0) { $0 + ($1.heldOut?.samples ?? 0) },
            seconds: seconds(), megabytesPerSecond: Double(reading.bytes) / 1e6 / seconds())
        if result.json { return try printJSON(report) }
        tell(
            """
            \(report.manifest): \(counted(report.languages, "language")), \
            \(counted(reading.documents, "document")), \(counted(report.samples, "sample")) of \
            \(counted(report.tokens, "token")) for training, \(report.heldOutSamples) held out, \
            after \(decimal(report.seconds, places: 1)) s \
            (\(decimal(report.megabytesPerSecond, places: 1)) MB of text per second).
            """)
    }

    /// Tells what was not read, not written, not removed or not done again.
    private func tellWarnings(of built: ShardBuilder.Report) {
        tellTroubles(built.reading)
        if text.languageField != nil { tellSpelling(of: built.manifest.sources.map(\.language)) }
        if !built.emptyLanguages.isEmpty {
            tell("warning: no samples, and not in the manifest: \(built.emptyLanguages.summary)")
        }
        if let leftover = built.leftover {
            tell("warning: the result is complete, but not tidy: \(leftover)")
        }
        if built.keptLanguages > 0 {
            tell(
                """
                \(counted(built.keptLanguages, "language")) \
                \(agreeing(built.keptLanguages, "was", "were")) complete and \
                \(agreeing(built.keptLanguages, "is", "are")) kept.
                """)
        }
    }

    /// Tells after an error how the build is resumed.
    private func tellingWhatIsKept<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            if try Folder.exists("\(output).partial") {
                tell(
                    "What is done so far is in \(output).partial; the same command resumes from it."
                )
            }
            throw error
        }
    }

    /// `12/40 languages · 35 % · 18.2 MB/s · 14 s left`.
    private static func line(_ progress: ShardBuilder.Progress, seconds: Double) -> String {
        let rate = Double(progress.textBytes) / 1e6 / seconds
        var parts = [
            progress.isSplitting
                ? "sorting lines by language"
                : "\(progress.languages)/"
                    + counted(progress.totalLanguages, "language")
        ]
        let speed = "\(decimal(rate, places: 1)) MB/s"
        if let total = progress.totalFileBytes, total > 0, progress.fileBytes > 0 {
            let share = Double(progress.fileBytes) / Double(total)
            parts += [percentDone(share), speed, timeLeft(share: share, after: seconds)]
        } else {
            parts += ["\(decimalBytes(progress.textBytes)) of text", speed]
        }
        return parts.joined(separator: " · ")
    }
}

extension [String] {
    /// The first eight, and how many more there are.
    fileprivate var summary: String {
        let shown = prefix(8).joined(separator: ", ")
        return count > 8 ? "\(shown) and \(count - 8) more" : shown
    }
}
