import ArgumentParser
import Benchmarks
import Host
import Programs
import Reporting

/// `mmbert bench step`.
struct StepBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Measure training steps: tokens per second, seconds of each part, memory.",
        discussion: """
            The step is that of mmbert-train; the tokens are random. Sequences are packed without \
            padding, and only masked tokens pass the head. The model must fit into memory: about \
            16 bytes per parameter, and the activations.

            The share of the GEMM roofline compares the useful arithmetic of a step with what \
            large matrix products of the same precision reach in the same run, on the same \
            threads. Useful is: linear layers, attention between tokens that see each other, and \
            the head of masked tokens, each three times (forward, and twice backward). What is \
            recomputed with --checkpointing does not count, nor does anything else.

            Sizes: tiny (4 layers of 128 columns), small (22 of 384, mmBERT small), base (22 of \
            768, mmBERT base).

            Examples:
              mmbert bench step --size small --context 512 --sequences 8 --mask 0.3
              mmbert bench step --size small --context 8192 --sequences 1 --mask 0.05 --json
              mmbert bench step --size small --sequences 16 --variable --precision fp32
            """)

    @OptionGroup var step: StepOptions
    @Flag(
        help: """
            Lengths vary up to --context: normal, mean context / 2, deviation context / 8, at \
            least 8.
            """)
    var variable = false
    @Option(help: .init("Steps that are measured.", valueName: "count")) var steps = 5
    @Option(help: .init("Steps before them, which are not.", valueName: "count")) var warmup = 2
    @Flag(help: "Recompute each layer's activations in the backward pass: less memory, more time.")
    var checkpointing = false
    @Flag(
        help: """
            Measure bf16 even where the processor lacks it: memory is as elsewhere, times are not.
            """)
    var widened = false
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try checkAtLeast([("--steps", steps, 1), ("--warmup", warmup, 0)])
        try checkAtMost([("--steps", steps, 1_000_000), ("--warmup", warmup, 1_000_000)])
    }

    func run() throws {
        step.tellMachine()
        if widened, !Processor.current.supports(step.precision) {
            tell("bf16 operands are widened for single-precision products: times mean nothing")
        } else {
            try step.checkProducts()
        }
        let status = StatusLine()
        status.update { "making the model" }
        var benchmark = StepBenchmark(
            step.shape(variesLengths: variable), precision: step.precision,
            threads: step.threads.count, recomputesActivations: checkpointing)
        let report = try benchmark.run(steps: steps, warmup: warmup) { done, all in
            status.update { "step \(done + 1) of \(all)" }
        }
        status.finish()
        try result.print(report, text: report.text)
    }
}

extension StepReport {
    /// The result for people.
    var text: String {
        let lengths = shape.variesLengths ? "up to \(shape.context)" : "\(shape.context)"
        let title = """
            \(shape.size): \(shape.vocabulary) words, \(shape.sequences) × \(lengths) tokens, \
            \(percent(shape.maskRatio)) masked, \(precision), \(counted(threads, "thread"))\
            \(checkpointing ? ", activations recomputed" : "")
            """
        let rows = timeRows + arithmeticRows + memoryRows
        return title + "\n\n" + TextTable(columns: [.left, .right, .left], rows: rows).text()
    }

    private var timeRows: [[String]] {
        let parts = [
            ("  forward", forwardSeconds), ("  head and loss", headSeconds),
            ("  backward", backwardSeconds), ("  optimizer", optimizerSeconds),
        ]
        return [
            [
                "tokens per second", decimal(tokensPerSecond, places: 1),
                "median of \(counted(steps, "step"))",
            ],
            ["tokens per step", decimal(tokensPerStep, places: 0), ""],
            ["seconds per step", decimal(secondsPerStep, places: 3), ""],
        ]
            + parts.map { name, seconds in
                let share = percent(seconds / secondsPerStep)
                return [name, decimal(seconds, places: 3), share + " of the step"]
            }
    }

    private var arithmeticRows: [[String]] {
        func billions(_ operations: Double) -> String { decimal(operations / 1e9, places: 1) }
        return [
            ["useful GFLOP per step", billions(operationsPerStep.total), parts],
            ["GFLOP/s", billions(operationsPerSecond), ""],
            ["GEMM roofline, GFLOP/s", billions(ceilingOperationsPerSecond), "this run"],
            ["share of the roofline", percent(shareOfCeiling), ""],
        ]
    }

    /// What is known of memory.
    private var memoryRows: [[String]] {
        func row(_ name: String, _ bytes: Int?, unit: Double, _ places: Int, _ note: String)
            -> [String]?
        {
            bytes.map { [name, decimal(Double($0) / unit, places: places), note] }
        }
        return [
            row("peak memory, GiB", peakBytes, unit: 0x1p30, 2, ""),
            row(
                "  activations, scratch", workingBytes, unit: 0x1p30, 2,
                "beyond weights, gradients and moments"),
            row(
                "  growth, MiB", growthBytes, unit: 0x1p20, 1,
                "since the first step that is measured"),
        ].compactMap(\.self)
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
