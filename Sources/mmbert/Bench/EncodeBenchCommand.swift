import ArgumentParser
import Benchmarks
import Diagnostics
import Formats
import Host
import ModelFolders
import Programs
import Reporting

/// `mmbert bench encode`.
struct EncodeBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Measure encoders in turns: texts and tokens per second, memory.",
        discussion: """
            Every encoder makes the mean vectors of the same numbers of random tokens, packed \
            without padding as in mmbert embed; tokenizing is not measured. Encoders take turns, \
            and the ratio to the first one is that of turns that followed each other: the median, \
            and in brackets the smallest and the largest. Texts longer than an encoder's positions \
            leave it out; of texts longer than the first one's there is no ratio.

            Encoders: mmbert-base, mmbert-small, xlm-r-base, minilm (the multilingual one of 12 \
            layers and 384 columns), of these shapes with random weights; or model folders, \
            written with a slash. All are in memory together.

            The same in transformers and sentence-transformers: scripts/peers/encode.py.

            Examples:
              mmbert bench encode
              mmbert bench encode mmbert-small ./my-model --lengths 128,variable --json
            """)

    @Argument(
        help: .init(
            """
            Encoders; the first is what the others are compared with. (default: xlm-r-base minilm \
            mmbert-base mmbert-small)
            """, valueName: "encoder"))
    var encoders: [String] = []
    @Option(
        help: .init(
            "Tokens of a text, or variable: normal, mean 256, deviation 64, from 16 to 512.",
            valueName: "lengths"))
    var lengths = "128,512,2048,8192,variable"
    @Option(help: .init("Tokens of a turn, at least.", valueName: "count")) var tokens = 16_384
    @Option(help: .init("Turns of each encoder that count.", valueName: "count"))
    var repetitions = 5
    @Option(help: .init("The most tokens that are computed together.", valueName: "count"))
    var batchTokens = 4096
    @Option(
        name: .customLong("precision"),
        help: "What products multiply: bf16 or fp32. (default: bf16 where it is fast)")
    var chosenPrecision: Precision?
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    private var precision: Precision {
        chosenPrecision ?? (Processor.current.supports(.bf16) ? .bf16 : .fp32)
    }

    func validate() throws {
        try checkAtLeast([
            ("--tokens", tokens, 1), ("--repetitions", repetitions, 1),
            ("--batch-tokens", batchTokens, 1),
        ])
        try checkAtMost([("--tokens", tokens, 1 << 24), ("--repetitions", repetitions, 1_000_000)])
        _ = try textLengths
    }

    func run() throws {
        guard Processor.current.supports(precision) else {
            throw InputError(
                at: "--precision", expected: "fp32", found: "\(precision)",
                remedy: "This processor has no bf16 products; measure with --precision fp32.")
        }
        let status = StatusLine()
        let names =
            encoders.isEmpty ? ["xlm-r-base", "minilm", "mmbert-base", "mmbert-small"] : encoders
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("\(twice) is there twice: name each encoder once.")
        }
        let measured = try names.map { name in
            status.update { "making \(name)" }
            return try encoder(name)
        }
        var benchmark = EncodeBenchmark(measured, precision: precision, threads: threads.count)
        (benchmark.tokens, benchmark.repetitions) = (tokens, repetitions)
        benchmark.batchTokens = batchTokens
        let report = benchmark.run(try textLengths) { what in status.update { what } }
        status.finish()
        try result.print(report, text: report.text)
    }

    private var textLengths: [TextLengths] {
        get throws {
            try lengths.split(separator: ",", omittingEmptySubsequences: false).map { text in
                guard let lengths = TextLengths(String(text)) else {
                    throw ValidationError(
                        "--lengths \(lengths): give numbers of tokens, or variable, with commas.")
                }
                return lengths
            }
        }
    }

    private func encoder(_ name: String) throws -> MeasuredEncoder {
        if let shape = PublishedShape(rawValue: name) {
            return MeasuredEncoder(shape, precision: precision, threads: threads.count)
        }
        guard name.contains("/") else {
            let shapes = PublishedShape.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputError(
                at: "encoder", expected: "\(shapes), or a folder with a slash in its name",
                found: "“\(name)”", remedy: "Write ./\(name) for the folder of this name.")
        }
        return MeasuredEncoder(
            try ModelFolder(path: name).loadLanguageModel(requiringHead: false),
            name: name, precision: precision, threads: threads.count)
    }
}

extension EncodeReport {
    /// The result for people.
    var text: String {
        let title = """
            \(precision), \(counted(threads, "thread")), at least \(counted(tokens, "token")) a turn, \
            \(counted(repetitions, "turn"))
            """
        var table = TextTable(
            columns: [.left, .left, .right, .right, .left, .right],
            rows: [["length", "encoder", "texts/s", "tokens/s", "ratio", "GiB"]])
        for length in lengths {
            for encoder in encoders {
                guard let row = length.encoders.first(where: { $0.name == encoder.name }) else {
                    table.add([length.length, encoder.name, "–", "–", "longer than it takes", "–"])
                    continue
                }
                table.add([
                    length.length, row.name,
                    decimal(row.textsPerSecond.median, places: 1),
                    decimal(row.tokensPerSecond.median, places: 0), row.ratio?.text ?? "–",
                    row.peakBytes.map { decimal(Double($0) / 0x1p30, places: 2) } ?? "–",
                ])
            }
        }
        return title + "\n\n" + table.text()
    }
}

extension EncodeReport.Spread {
    /// `2.00 × (1.95–2.10)`.
    fileprivate var text: String {
        "\(decimal(median, places: 2)) × (\(decimal(least, places: 2))–\(decimal(most, places: 2)))"
    }
}
