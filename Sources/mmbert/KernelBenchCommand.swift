import ArgumentParser
import Benchmarks
import Diagnostics
import Host
import TensorCore

/// `mmbert bench kernels`.
struct KernelBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Measure every kernel of a training step against this machine's ceilings.",
        discussion: """
            Each kernel is called with the shapes of one step. What products limit is compared \
            with large matrix products of the same precision, the rest with a copy of memory, \
            both measured in the same run on the same threads. A kernel's textbook twin is the \
            same mathematics in double precision without any thought of speed, on one thread; \
            its time is for the same work, measured on a part of it.

            A share above 100 % means that what a kernel reads is still in the caches.

            Examples:
              mmbert bench kernels
              mmbert bench kernels --size base --context 1024 --sequences 4 --json
            """)

    @Option(help: "The model: tiny, small or base.") var size: StepShape.Size = .small
    @Option(help: "Tokens of a sequence.") var context = 512
    @Option(help: "Sequences of a step.") var sequences = 8
    @Option(help: "The share of tokens that is masked and scored.") var mask = 0.3
    @Option(help: "What products multiply: bf16 or fp32. (default: bf16 where it is fast)")
    var precision: Precision?
    @Option(help: "Words of the vocabulary.") var vocabulary = 256_000
    @Option(help: "Worker threads. (default: all cores)") var threads = Cores.usable
    @Option(help: "Seconds for each kernel.") var seconds = 0.5
    @Flag(help: "Print the result as one JSON object on standard output.") var json = false

    func validate() throws {
        try checkAtLeast([
            ("--context", context, 1), ("--sequences", sequences, 1),
            ("--vocabulary", vocabulary, 10), ("--threads", threads, 1),
        ])
        try checkMask(mask)
        guard seconds > 0, seconds <= 600 else {
            throw ValidationError("--seconds \(seconds): give more than 0, at most 600.")
        }
    }

    func run() throws {
        let processor = Processor.current
        let precision = precision ?? processor.fastPrecision
        tell(processor, precision, threads: threads)
        try checkProducts(of: precision, on: processor)
        let status = StatusLine()
        let shape = StepShape(
            size: size, vocabulary: vocabulary, context: context, sequences: sequences,
            maskRatio: mask)
        let report = KernelBenchmark(shape, precision: precision, threads: threads)
            .run(seconds: seconds) { kernel in status.update { kernel } }
        status.finish()
        if json { try printJSON(report) } else { print(report.text) }
    }
}

extension KernelReport {
    /// The result for people.
    var text: String {
        let title = """
            \(shape.size): \(shape.sequences) × \(shape.context) tokens, \(precision), \
            \(threads) \(threads == 1 ? "thread" : "threads")
            ceilings: copy \(decimal(ceilings.bytesPerSecond / 1e9, 1)) GB/s, products \
            \(decimal(ceilings.operationsPerSecond(in: precision) / 1e9, 1)) GFLOP/s
            """
        var table = TextTable(
            columns: [.left, .left, .right, .right, .left, .right, .right, .right],
            rows: [["kernel", "shape", "ms", "rate", "", "ceiling", "twin, ms", "twin / kernel"]])
        for kernel in kernels {
            let (rate, unit) =
                kernel.operationsPerSecond.map { ($0, "GFLOP/s") }
                ?? (kernel.bytesPerSecond ?? 0, "GB/s")
            table.rows.append([
                kernel.name, kernel.shape, decimal(kernel.seconds * 1e3, 2),
                decimal(rate / 1e9, 1), unit, percent(kernel.shareOfCeiling),
                decimal(kernel.twinSeconds * 1e3, 0),
                decimal(kernel.twinSeconds / kernel.seconds, 0) + " ×",
            ])
        }
        return title + "\n\n" + table.text
    }
}
