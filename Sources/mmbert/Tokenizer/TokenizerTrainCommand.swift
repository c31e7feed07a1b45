import ArgumentParser
import Diagnostics
import Formats
import Preparation
import Programs
import Reporting
import Synchronization
import Tokenization

/// `mmbert tokenizer train`.
struct TokenizerTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Learn a vocabulary from text in many languages.",
        discussion: """
            The input is files CODE.parquet, CODE.jsonl.zst (or .ndjson, .json, .csv, .tsv, .txt, \
            plain or .gz) or folders of them, as for mmbert data build; anything else is \
            skipped and reported. A language with n bytes of text gives the sample a share \
            proportional to n^TEMPERATURE. The output folder gets tokenizer.model and the files \
            from which Hugging Face's AutoTokenizer makes the same tokenizer.

            From a folder with a file per language:
              mmbert tokenizer train --input texts --output tokenizer --vocabulary 16384

            From 1 GB of text, in up to 4 GiB of memory, with small languages well represented:
              mmbert tokenizer train --input texts --output tokenizer --vocabulary 64000 \\
                --sample 1G --temperature 0.3
            """)

    @OptionGroup var text: TextOptions
    @Option(help: .init("The folder to create.", valueName: "folder")) var output: String
    @Option(
        help: .init(
            "The number of pieces, the 256 bytes and special ones included.", valueName: "count"))
    var vocabulary = 16_384
    @Option(
        help: .init(
            "Bytes of text to learn from (default: a tenth of the text, from 10 MB to 1 GB).",
            valueName: "bytes"))
    var sample: ByteCount?
    @Option(
        help: .init(
            "1 for languages in proportion to their sizes, 0 for equal shares.", valueName: "τ"))
    var temperature = 0.5
    @Option(
        help: .init(
            "The share of characters that get a piece; others become bytes.", valueName: "share"))
    var coverage = 0.9995
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        guard 300...4_000_000 ~= vocabulary else {
            throw ValidationError("--vocabulary \(vocabulary): give a number from 300 to 4000000.")
        }
        guard 0...1 ~= temperature else {
            throw ValidationError("--temperature \(temperature): give a number from 0 to 1.")
        }
        guard 0.9...1 ~= coverage else {
            throw ValidationError("--coverage \(coverage): give a share from 0.9 to 1.")
        }
    }

    /// The report of `--json`.
    private struct Report: Encodable {
        var output: String
        var vocabulary: Int
        var seconds: Double
        var languages: [TextSample.Share]
        var troubles: [String: ReadingReport.Count]
        var passedOver: PassedOver
    }

    func run() throws {
        let start = ContinuousClock.now
        let (found, passedOver) = try text.found()
        tell(passedOver)
        // The folder is created first: one that cannot be written is reported before text is read.
        var report = try AtomicFolder.write(to: output) { folder in
            let parts = Folder.join(folder, "text")
            let (sources, reading) = try found.apart(in: parts)
            var report = try train(sources, reading, into: folder)
            try Folder.remove(parts)
            report.passedOver = passedOver
            return report
        }
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        if result.json { return try printJSON(report) }
        tell(
            "\(output): a tokenizer of \(counted(report.vocabulary, "piece")), "
                + "after \(Int(report.seconds.rounded(.up))) s.")
    }

    private func train(
        _ sources: [TextSource], _ reading: ReadingReport, into folder: String
    ) throws -> Report {
        var reading = reading
        var sample = try read(sources, adding: &reading)
        let model = try learn(&sample)
        let tokenizer = try Tokenizer(modelBytes: model, path: "the new model")
        try HuggingFaceTokenizer(tokenizer).write(toFolder: folder)
        return Report(
            output: output, vocabulary: tokenizer.vocabularySize, seconds: 0,
            languages: sample.shares, troubles: reading.troubles, passedOver: PassedOver())
    }

    /// The sample of `sources`; what was read of them is added to `reading`, which is told.
    private func read(
        _ sources: [TextSource], adding reading: inout ReadingReport
    ) throws -> TextSample {
        tell("Reading text in \(counted(sources.count, "language")) …")
        let (status, watch) = (StatusLine(), ReadingWatch())
        let sampled = try TextSample(
            of: sources, bytes: sample?.bytes, temperature: temperature, threads: threads.count
        ) { now in
            let start = watch.start(of: now)
            status.update { Self.line(now, seconds: (ContinuousClock.now - start) / .seconds(1)) }
        }
        status.finish()
        reading.add(sampled.report)
        guard !sampled.words.isEmpty else {
            throw sampled.emptiness(
                at: text.input.joined(separator: " "), bytes: sample?.bytes, reading: reading)
        }
        tellTroubles(reading)
        if sampled.words.skippedLines > 0 {
            tell(
                "warning: \(counted(sampled.words.skippedLines, "line")) left out: U+2585 marks "
                    + "characters outside the vocabulary.")
        }
        return sampled
    }

    private func learn(_ sampled: inout TextSample) throws -> [UInt8] {
        tell(
            "Learning \(counted(vocabulary, "piece")) from "
                + "\(decimalBytes(sampled.words.bytes)) of "
                + "\(decimalBytes(sampled.report.bytes)) …")
        let training = TokenizerTraining(vocabularySize: vocabulary, characterCoverage: coverage)
        let status = StatusLine(startsAtOnce: true)
        defer { status.finish() }
        var start = ContinuousClock.now
        return try training.train(on: sampled.takeWords()) { now in
            if now.pieces == 0 { start = .now }
            status.update { Self.line(now, seconds: (ContinuousClock.now - start) / .seconds(1)) }
        }
    }

    private static func line(_ now: TextSample.Progress, seconds: Double) -> String {
        var parts = [now.isMeasuring ? "measuring text" : "counting words"]
        if let total = now.totalFileBytes, total > 0, now.fileBytes > 0 {
            let share = Double(now.fileBytes) / Double(total)
            parts += [percentDone(share), timeLeft(share: share, after: seconds)]
        } else {
            parts.append("\(decimalBytes(now.textBytes)) of text")
        }
        return parts.joined(separator: " · ")
    }

    private static func line(_ now: TokenizerTraining.Progress, seconds: Double) -> String {
        if now.pieces == 0 { return "listing pairs" }
        return "\(grouped(now.pieces)) of \(grouped(now.total)) learned · "
            + timeLeft(share: now.share, after: seconds)
    }
}

/// When the reading of the text that is going on began: there may be two.
private final class ReadingWatch: Sendable {
    private let last = Mutex((start: ContinuousClock.now, textBytes: 0))

    func start(of now: TextSample.Progress) -> ContinuousClock.Instant {
        last.withLock { last in
            if now.textBytes < last.textBytes { last.start = .now }
            last.textBytes = now.textBytes
            return last.start
        }
    }
}
