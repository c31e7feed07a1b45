import ArgumentParser
import Benchmarks
import Foundation
import Host
import TensorCore

/// `mmbert bench step`.
struct StepBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Measure training steps: tokens per second, seconds of each part, memory.",
        discussion: """
            The model, the tape and the optimizer are those of mmbert-train; the words are random. \
            Sequences are packed without padding, and only masked tokens pass the head. The model \
            must fit into memory: about 16 bytes a parameter, and the activations.

            The share of the GEMM roofline compares the useful arithmetic of a step with what \
            large matrix products of the same precision reach in the same run, on the same \
            threads. Useful is: linear layers, attention between tokens that see each other, and \
            the head of masked tokens, each three times (forward, and twice backward). What is \
            computed again with --checkpointing does not count, nor does anything else.

            Sizes: tiny (4 layers of 128 columns), small (22 of 384, mmBERT small), base (22 of \
            768, mmBERT base).

            Examples:
              mmbert bench step --size small --context 512 --sequences 8 --mask 0.3
              mmbert bench step --size small --context 8192 --sequences 1 --mask 0.05 --json
              mmbert bench step --size small --sequences 16 --variable --precision fp32
            """)

    @Option(help: "The model: tiny, small or base.") var size: StepShape.Size = .small
    @Option(help: "Tokens of a sequence; with --variable, the most.") var context = 512
    @Option(help: "Sequences of a step.") var sequences = 8
    @Flag(help: "Lengths vary: normal, mean context / 2, deviation context / 8, from 8 on.")
    var variable = false
    @Option(help: "The share of tokens that is masked and scored.") var mask = 0.3
    @Option(help: "What products multiply: bf16 or fp32. (default: bf16 where it is fast)")
    var precision: Precision?
    @Option(help: "Words of the vocabulary.") var vocabulary = 256_000
    @Option(help: "Worker threads. (default: all cores)") var threads = Cores.usable
    @Option(help: "Steps that count.") var steps = 5
    @Option(help: "Steps before them.") var warmup = 2
    @Flag(help: "Compute each layer's activations again on the way back: less memory, more time.")
    var checkpointing = false
    @Flag(help: "Measure bf16 where the processor has none: memory is as elsewhere, times are not.")
    var widened = false
    @Flag(help: "Print the result as one JSON object on standard output.") var json = false

    func validate() throws {
        try checkAtLeast([
            ("--context", context, 1), ("--sequences", sequences, 1),
            ("--vocabulary", vocabulary, 10), ("--threads", threads, 1), ("--steps", steps, 1),
            ("--warmup", warmup, 0),
        ])
        try checkMask(mask)
    }

    func run() throws {
        let processor = Processor.current
        let precision = precision ?? processor.fastPrecision
        tell(processor, precision, threads: threads)
        if widened, !processor.supports(precision) {
            tell("bf16 operands are widened for single-precision products: times say nothing")
        } else {
            try checkProducts(of: precision, on: processor)
        }
        let status = StatusLine()
        status.update { "making the model" }
        let shape = StepShape(
            size: size, vocabulary: vocabulary, context: context, sequences: sequences,
            variesLengths: variable, maskRatio: mask)
        var benchmark = StepBenchmark(
            shape, precision: precision, threads: threads, recomputesActivations: checkpointing)
        let report = try benchmark.run(steps: steps, warmup: warmup) { done, all in
            status.update { "step \(done + 1) of \(all)" }
        }
        status.finish()
        if json { try printJSON(report) } else { print(report.text) }
    }
}

extension StepShape.Size: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// Says what a measurement runs on, and what holds it back.
func tell(_ processor: Processor, _ precision: Precision, threads: Int) {
    let warnings = processor.warnings(
        for: precision, threads: threads, environment: ProcessInfo.processInfo.environment)
    for warning in warnings { tell("warning: \(warning)") }
    tell(processor.description(of: precision, threads: threads))
}

extension StepReport {
    /// The result for people.
    var text: String {
        let lengths = shape.variesLengths ? "up to \(shape.context)" : "\(shape.context)"
        let title = """
            \(shape.size): \(shape.vocabulary) words, \(shape.sequences) × \(lengths) tokens, \
            \(percent(shape.maskRatio)) masked, \(precision), \
            \(threads) \(threads == 1 ? "thread" : "threads")\
            \(checkpointing ? ", activations computed again" : "")
            """
        var table = TextTable(
            columns: [.left, .right, .left],
            rows: [
                ["tokens per second", decimal(tokensPerSecond, 1), "median of \(steps) steps"],
                ["tokens per step", decimal(tokensPerStep, 0), ""],
                ["seconds per step", decimal(secondsPerStep, 3), ""],
            ])
        for (name, seconds) in [
            ("  forward", forwardSeconds), ("  head and loss", headSeconds),
            ("  backward", backwardSeconds), ("  optimizer", optimizerSeconds),
        ] {
            table.rows.append(
                [name, decimal(seconds, 3), percent(seconds / secondsPerStep) + " of the step"])
        }
        table.rows += [
            ["useful GFLOP per step", decimal(operationsPerStep.total / 1e9, 1), parts],
            ["GFLOP/s", decimal(operationsPerSecond / 1e9, 1), ""],
            ["GEMM roofline, GFLOP/s", decimal(ceilingOperationsPerSecond / 1e9, 1), "this run"],
            ["share of the roofline", percent(shareOfCeiling), ""],
        ]
        if let peakBytes {
            table.rows.append(["peak memory, GiB", decimal(Double(peakBytes) / 0x1p30, 2), ""])
        }
        if let workingBytes {
            table.rows.append(
                [
                    "  activations, scratch", decimal(Double(workingBytes) / 0x1p30, 2),
                    "beyond weights, gradients and moments",
                ])
        }
        if let growthBytes {
            table.rows.append(
                [
                    "  growth, MiB", decimal(Double(growthBytes) / 0x1p20, 1),
                    "since the first step that counts",
                ])
        }
        return title + "\n\n" + table.text
    }

    private var parts: String {
        let total = operationsPerStep.total
        return """
            body \(percent(operationsPerStep.body / total)), attention \
            \(percent(operationsPerStep.attention / total)), head \
            \(percent(operationsPerStep.head / total))
            """
    }
}
