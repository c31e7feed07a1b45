import ArgumentParser
import Formats
import Foundation
import Host
import Preparation
import Tokenization

/// `mmbert data build`.
struct DataBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Turn text into token shards, the input of training.",
        discussion: """
            The input is files CODE.jsonl.zst (or .jsonl, .txt, .gz), folders of them, or folders \
            named by code. JSON lines hold a document under "text"; in .txt blank lines part \
            documents. Documents are cut into samples of at most CONTEXT ids, shuffled and \
            written as MDS shards, which mosaicml-streaming reads too. Recipes name the \
            manifest.yaml in the output folder.

            A folder with a file per language:
              mmbert data build --input texts --tokenizer tokenizer --output shards

            A hundred documents of each language for evaluation, two languages only:
              mmbert data build --input texts --tokenizer tokenizer --output shards \\
                --held-out 100 --languages deu_Latn gsw_Latn

            From another tool through a pipe, one language or many:
              export-json | mmbert data build --input - --language deu_Latn \\
                --tokenizer tokenizer --output shards
              export-parquet | mmbert data build --input - --language-field lang \\
                --tokenizer tokenizer --output shards

            A build that was interrupted, however it was, leaves OUTPUT.partial. The same command \
            goes on there: languages that were complete are kept, as long as their text has the \
            same size and time of change.
            """)

    @Option(parsing: .upToNextOption, help: "Files and folders with text; CODE=PATH names a code.")
    var input: [String]
    @Option(help: "The tokenizer's folder, .model or .json file.") var tokenizer: String
    @Option(help: "The folder to make.") var output: String
    @Option(help: "The longest sample, in ids.") var context = 1024
    @Option(help: "Documents kept out for evaluation: a share up to 0.25, or a count from 1 on.")
    var heldOut = "0.01"
    @Option(help: "The code of the language that all inputs are in.") var language: String?
    @Option(help: "The key under which each JSON line names the code of its language.")
    var languageField: String?
    @Option(parsing: .upToNextOption, help: "Only these languages.") var languages: [String] = []
    @Option(help: "Decides order, cuts and what is held out.") var seed: UInt64 = 0
    @Option(help: "Threads; the result does not depend on them.")
    var threads = Cores.usable
    @Flag(help: "Begin anew where a build was interrupted.") var restart = false
    @Flag(help: "Print a report as JSON on standard output.") var json = false

    func validate() throws {
        guard 16...1_048_576 ~= context else {
            throw ValidationError("--context \(context): give a number from 16 on.")
        }
        guard HeldOut(heldOut) != nil else {
            throw ValidationError(
                "--held-out \(heldOut): give a share from 0 to 0.25 or a count from 1 on.")
        }
        guard language == nil || languageField == nil else {
            throw ValidationError("--language and --language-field: give one of them.")
        }
        guard threads >= 1 else { throw ValidationError("--threads \(threads): give 1 or more.") }
    }

    /// The report of `--json`.
    private struct Report: Encodable {
        var manifest: String
        var languages: Int
        var keptLanguages: Int
        var emptyLanguages: [String]
        var reading: ReadingReport
        var samples: Int
        var tokens: Int
        var heldOutSamples: Int
        var seconds: Double
        var megabytesPerSecond: Double
    }

    func run() throws {
        let start = ContinuousClock.now
        func seconds() -> Double { (ContinuousClock.now - start) / .seconds(1) }
        let text = try text()
        var configuration = ShardBuilder.Configuration()
        configuration.context = context
        configuration.heldOut = HeldOut(heldOut) ?? configuration.heldOut
        configuration.seed = seed
        configuration.threads = threads
        let builder = ShardBuilder(
            tokenizer: try Tokenizer(path: tokenizer), configuration: configuration)
        let status = StatusLine()
        let built = try tellingWhatIsKept {
            try builder.build(
                text, tokenizerPath: tokenizer, output: output, restarting: restart
            ) { now in
                let elapsed = (ContinuousClock.now - start) / .seconds(1)
                status.update { Self.line(now, seconds: elapsed) }
            }
        }
        status.finish()
        let reading = built.reading
        tellTroubles(reading)
        if !built.emptyLanguages.isEmpty {
            tell("warning: no samples, and not in the manifest: \(built.emptyLanguages.summary)")
        }
        if built.keptLanguages > 0 {
            tell("\(built.keptLanguages) languages were complete before and are kept.")
        }
        let report = Report(
            manifest: Folder.join(output, "manifest.yaml"),
            languages: built.manifest.sources.count, keptLanguages: built.keptLanguages,
            emptyLanguages: built.emptyLanguages, reading: reading,
            samples: built.manifest.sources.reduce(0) { $0 + $1.samples },
            tokens: built.manifest.sources.reduce(0) { $0 + $1.tokens },
            heldOutSamples: built.manifest.sources.reduce(0) { $0 + ($1.heldOut?.samples ?? 0) },
            seconds: seconds(), megabytesPerSecond: Double(reading.bytes) / 1e6 / seconds())
        if json { return try printJSON(report) }
        tell(
            "\(report.manifest): \(report.languages) languages, \(reading.documents) documents, "
                + "\(report.samples) samples of \(report.tokens) tokens for training, "
                + "\(report.heldOutSamples) held out, "
                + String(
                    format: "after %.1f s (%.1f MB of text per second).", report.seconds,
                    report.megabytesPerSecond))
    }

    private func text() throws -> ShardBuilder.Text {
        let only = languages.isEmpty ? nil : languages
        if let languageField {
            return .mixed(
                files: try TextSource.mixedFiles(input), field: languageField, languages: only)
        }
        let inputs = language.map { code in input.map { "\(code)=\($0)" } } ?? input
        return .languages(try TextSource.find(inputs, languages: only))
    }

    /// Says after an error where the build goes on.
    private func tellingWhatIsKept<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            if Folder.exists("\(output).partial") {
                tell("What is done so far is in \(output).partial; the same command goes on there.")
            }
            throw error
        }
    }

    /// `12/40 languages · 35 % · 18.2 MB/s · 14 s left`.
    private static func line(_ progress: ShardBuilder.Progress, seconds: Double) -> String {
        let rate = Double(progress.textBytes) / 1e6 / seconds
        var parts = [
            progress.isSplitting
                ? "putting lines apart by language"
                : "\(progress.languages)/\(progress.totalLanguages) languages"
        ]
        if let total = progress.totalFileBytes, total > 0, progress.fileBytes > 0 {
            let share = Double(progress.fileBytes) / Double(total)
            parts.append("\(Int(share * 100)) %")
            parts.append(String(format: "%.1f MB/s", rate))
            parts.append("\(Int(seconds / share * (1 - share))) s left")
        } else {
            parts.append("\(ByteCount(progress.textBytes)) of text")
            parts.append(String(format: "%.1f MB/s", rate))
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
