import ArgumentParser
import Diagnostics
import Inference
import Reporting

/// `mmbert embed`.
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Compute a vector for every text.",
        discussion: """
            The input is one line for each text, or JSON lines with “text” or “input_ids” (special \
            tokens included); the output has one vector for each, in the same order. Texts \
            get <bos> and <eos>, as in training; texts longer than the model's context are cut \
            and counted. Inputs are sorted by length and packed without padding, a few thousand \
            at a time, so that memory does not grow with the input.

            --pooling mean is the mean over all tokens, what sentence-transformers computes from \
            such a folder; cls is the first token's state, lasttoken the last one's; max the \
            largest number of each column; mean_sqrt_len_tokens the sum divided by the root of \
            the count; weightedmean counts each token by its place. A folder of \
            sentence-transformers says which one it was made for, or which several, what is done \
            to vectors then (Dense, LayerNorm, Normalize), how long texts may be and at which end \
            they are cut, how many numbers are kept (truncate_dim), and what is done to texts \
            first: a prompt is put in front (default_prompt_name), letters are made small \
            (do_lower_case). All this is done, and told, so that vectors equal \
            sentence-transformers'. What else a folder asks for is an error, or with --pooling \
            left out and told.

            Questions for a folder with prompts of several names:
              mmbert embed --model M --prompt-name query --input questions.txt --output q.npy

            Vectors to a NumPy file, of length 1, so that products are cosines:
              mmbert embed --model runs/mine/model --input texts.txt --normalize --output v.npy

            The first 128 numbers of each vector, as JSON lines through a pipe:
              zstd -dc texts.jsonl.zst | mmbert embed --model M --dimensions 128 | head -n 3
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var input: LineOptions
    @Option(
        help: """
            mean, cls, max, lasttoken, weightedmean or mean_sqrt_len_tokens. (default: as the \
            folder says, else mean)
            """)
    var pooling: Pooling?
    @Option(
        help: .init(
            "Put this in front of every text. (default: as the folder says)", valueName: "text"))
    var prompt: String?
    @Option(
        help: .init("Put the folder's prompt of this name in front.", valueName: "name"))
    var promptName: String?
    @Flag(help: "Scale vectors to length 1.") var normalize = false
    @Option(
        name: [.long, .customLong("truncate-dim")],
        help: .init(
            "Keep the first numbers of each vector, before --normalize.", valueName: "count"))
    var dimensions: Int?
    @Option(
        help: .init(
            "FILE.npy, FILE.jsonl, or - for JSON lines on standard output.", valueName: "file"))
    var output = "-"
    @Flag(help: "With a file as output: print a report as JSON on standard output.")
    var json = false

    /// The report of `--json`.
    private struct Report: Encodable {
        var texts = 0
        var tokens = 0
        var cut = 0
        var blankLines = 0
        /// What is done to texts and vectors, as on standard error.
        var made: String
        /// What the folder asks for beside pooling, and is left out.
        var leftOut: String?
        var dimensions: Int
        var precision: String
        var threads: Int
        var seconds = 0.0
        var tokensPerSecond = 0.0
    }

    /// Lines in memory at once: enough for batches of similar lengths.
    private static let chunk = 4096

    func validate() throws {
        guard !json || output != "-" else {
            throw ValidationError("--json: give --output a file, since vectors are JSON already.")
        }
        guard prompt == nil || promptName == nil else {
            throw ValidationError("--prompt, --prompt-name: give one of them.")
        }
    }

    func run() throws {
        let encoder = try model.load()
        if let problem = encoder.poolingProblem {
            guard pooling != nil else { throw problem }
            tell(
                """
                warning: \(problem.location): \(problem.found): left out, since vectors are as \
                --pooling says.
                """)
        }
        try setPrompt(of: encoder)
        let options = options(for: encoder)
        try encoder.check(options, at: "--dimensions")
        let made = encoder.summary(of: options)
        if made != Pooling.mean.rawValue { tell("vectors: \(made)") }
        let start = ContinuousClock.now
        var lines = try input.open()
        var report = Report(
            made: made, dimensions: options.dimensions ?? encoder.width(of: options),
            precision: encoder.precision.rawValue, threads: encoder.threads)
        report.leftOut = encoder.poolingProblem.map { "\($0.location): \($0.found)" }
        let output = try EmbeddingOutput(path: output, dimensions: report.dimensions)
        let status = StatusLine()
        while case let chunk = try lines.next(atMost: Self.chunk), !chunk.isEmpty {
            let sequences = try encoder.sequences(
                of: chunk, encode: encoder.embeddingTokens(of:))
            let before = report.tokens
            let vectors = try encoder.embed(
                sequences, options: options,
                progress: { done in
                    let seconds = (ContinuousClock.now - start) / .seconds(1)
                    status.update { Self.progress(before + done, seconds) }
                }, naming: { chunk[$0].location })
            try output.write(vectors)
            report.texts += chunk.count
            report.tokens += sequences.reduce(0) { $0 + $1.ids.count }
            report.cut += sequences.count { $0.isCut }
        }
        try output.finish()
        status.finish()
        lines.tellBlankLines()
        report.blankLines = lines.blankLines
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        report.tokensPerSecond = Double(report.tokens) / max(report.seconds, 1e-9)
        try print(report, of: encoder)
    }

    /// Puts another prompt than the folder's usual one in front of texts.
    private func setPrompt(of encoder: EncoderModel) throws {
        encoder.otherPrompt = prompt
        guard let promptName else { return }
        let prompts = encoder.pooling.prompts
        guard let named = prompts[promptName] else {
            let names = prompts.keys.sorted().joined(separator: ", ")
            throw InputError(
                at: "--prompt-name", expected: "the name of one of the folder's prompts",
                found: "\"\(promptName)\"",
                remedy: names.isEmpty
                    ? "The folder has no prompts: give the text with --prompt."
                    : "It has \(names). Or give the text with --prompt.")
        }
        encoder.otherPrompt = named
    }

    /// What the folder was made for, but for what the command says.
    private func options(for encoder: EncoderModel) -> EmbeddingOptions {
        var options = encoder.embeddingOptions
        options.normalizes = normalize
        options.dimensions = dimensions ?? options.dimensions
        guard let pooling else { return options }
        options.pooling = pooling
        if encoder.poolingProblem != nil {
            options.usesLayers = false
            options.normalizes = normalize || encoder.pooling.normalizes
        }
        return options
    }

    private func print(_ report: Report, of encoder: EncoderModel) throws {
        tellCuts(report.cut, of: encoder)
        if json { return try printJSON(report) }
        tell(
            """
            \(counted(report.texts, "text")), \(counted(report.tokens, "token")) in \
            \(decimal(report.seconds, places: 1)) s: \
            \(decimal(report.tokensPerSecond, places: 0)) tokens per second \
            (\(encoder.computation)).
            """)
    }

    private static func progress(_ tokens: Int, _ seconds: Double) -> String {
        "\(counted(tokens, "token")), \(decimal(Double(tokens) / seconds, places: 0)) per second"
    }
}

extension Pooling: ExpressibleByArgument {}
