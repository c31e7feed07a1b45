import ArgumentParser
import Diagnostics
import Formats
import Foundation
import Host
import Preparation
import Tokenization

/// `mmbert tokenizer train`.
struct TokenizerTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learn a vocabulary from text in many languages.",
        discussion: """
            The input is files CODE.jsonl.zst (or .jsonl, .txt, .gz) or folders of them. A \
            language with n bytes of text gives the sample a share proportional to \
            n^TEMPERATURE. The output folder gets tokenizer.model and the files from which \
            Hugging Face's AutoTokenizer makes the same tokenizer.

            From a folder with a file per language:
              mmbert tokenizer train --input texts --output tokenizer --vocabulary 16384

            From 100 MB of text, small languages well represented:
              mmbert tokenizer train --input texts --output tokenizer --vocabulary 64000 \\
                --sample 100M --temperature 0.3
            """)

    @Option(parsing: .upToNextOption, help: "Files and folders with text; CODE=PATH names a code.")
    var input: [String]
    @Option(help: "The folder to make.") var output: String
    @Option(help: "The number of pieces, 256 bytes and special ones included.")
    var vocabulary = 16_384
    @Option(help: "How much text to learn from.") var sample = ByteCount(10_000_000)
    @Option(help: "1 for languages as large as they are, 0 for all alike.") var temperature = 0.5
    @Option(help: "The share of characters that get a piece; others become bytes.")
    var coverage = 0.9995
    @Option(
        parsing: .upToNextOption, help: "Only these languages.") var languages: [String] = []
    @Option(help: "Threads.") var threads = Cores.usable
    @Flag(help: "Print a report as JSON on standard output.") var json = false

    func validate() throws {
        guard 300...4_000_000 ~= vocabulary else {
            throw ValidationError("--vocabulary \(vocabulary): give a number from 300 on.")
        }
        guard 0...1 ~= temperature else {
            throw ValidationError("--temperature \(temperature): give a number from 0 to 1.")
        }
        guard 0.9...1 ~= coverage else {
            throw ValidationError("--coverage \(coverage): give a share from 0.9 to 1.")
        }
        guard threads >= 1 else { throw ValidationError("--threads \(threads): give 1 or more.") }
    }

    /// The report of `--json`.
    private struct Report: Encodable {
        var output: String
        var vocabulary: Int
        var seconds: Double
        var languages: [TextSample.Share]
        var troubles: [String: ReadingReport.Count]
    }

    func run() throws {
        let start = ContinuousClock.now
        let sources = try TextSource.find(input, languages: languages.isEmpty ? nil : languages)
        // The folder is made first: what cannot be written is told before hours of training.
        var report = try AtomicFolder.write(to: output) { try train(sources, into: $0) }
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        if json { return try printJSON(report) }
        tell(
            "\(output): a tokenizer of \(report.vocabulary) pieces, "
                + "after \(Int(report.seconds.rounded(.up))) s.")
    }

    private func train(_ sources: [TextSource], into folder: String) throws -> Report {
        tell("Reading text in \(sources.count) languages …")
        let text = try TextSample(of: sources, bytes: sample.bytes, temperature: temperature)
        tellTroubles(text.report)
        guard !text.lines.isEmpty else {
            throw InputError(
                at: input.joined(separator: " "), expected: "documents with text",
                found: "none in \(sources.count) languages",
                remedy: "Check what the files hold; JSON lines need a string under \"text\".")
        }
        let sampled = text.shares.reduce(0) { $0 + $1.sampledBytes }
        tell(
            "Learning \(vocabulary) pieces from \(ByteCount(sampled)) of "
                + "\(ByteCount(text.report.bytes)) …")
        let training = TokenizerTraining(
            vocabularySize: vocabulary, characterCoverage: coverage, threads: threads)
        var lines = text.lines.makeIterator()
        let model = try training.train { lines.next() }
        let tokenizer = try Tokenizer(modelBytes: model, path: "the new model")
        try HuggingFaceTokenizer(tokenizer).write(toFolder: folder)
        return Report(
            output: output, vocabulary: tokenizer.vocabularySize, seconds: 0,
            languages: text.shares, troubles: text.report.troubles)
    }
}

/// Says what was passed over while text was read.
func tellTroubles(_ report: ReadingReport) {
    for trouble in ReadingReport.Trouble.allCases {
        guard let found = report.troubles[trouble.rawValue] else { continue }
        tell("warning: \(found.count) \(trouble.explanation); the first at \(found.first)")
    }
}
