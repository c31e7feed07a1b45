import ArgumentParser
import Benchmarks
import Reporting

/// `mmbert bench kernels`.
struct KernelBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Measure every kernel of a training step against this machine's ceilings.",
        discussion: """
            Each kernel is called with the shapes of one step. Kernels that are limited by \
            products are compared with large matrix products of the same precision, the others \
            with a copy of memory; both ceilings are measured in the same run on the same \
            threads. For products the table names the library and its kernels, or tiles where \
            MMBERT_TILES=on asks for them; a processor's tile units with operands in registers \
            (AMX) are a second ceiling. A kernel's textbook twin is the same mathematics in \
            double precision, not optimised, on one thread; its time is for the same work, \
            measured on a part of it.

            A share above 100 % means that what a kernel reads is still in the caches.

            Examples:
              mmbert bench kernels
              mmbert bench kernels --size base --context 1024 --sequences 4 --json
            """)

    @OptionGroup var step: StepOptions
    @Option(help: "Seconds for each kernel.") var seconds = 0.5
    @OptionGroup var result: ResultOptions

    func validate() throws {
        guard seconds > 0, seconds <= 600 else {
            throw ValidationError("--seconds \(seconds): give more than 0, at most 600.")
        }
    }

    func run() throws {
        step.tellMachine()
        try step.checkProducts()
        let status = StatusLine()
        let report = KernelBenchmark(
            step.shape(), precision: step.precision, threads: step.threads.count
        ).run(seconds: seconds) { kernel in status.update { kernel } }
        status.finish()
        try result.print(report, text: report.text)
    }
}

extension KernelReport {
    /// The result for people.
    var text: String {
        let tiles = ceilings.tileOperationsPerSecond
        let title = """
            \(shape.size): \(shape.sequences) × \(shape.context) tokens, \(precision), \
            \(counted(threads, "thread"))
            ceilings: copy \(decimal(ceilings.bytesPerSecond / 1e9, places: 1)) GB/s, products \
            \(decimal(ceilings.operationsPerSecond(in: precision) / 1e9, places: 1)) GFLOP/s\
            \(tiles > 0 ? ", tile units \(decimal(tiles / 1e9, places: 1)) GFLOP/s" : "")
            """
        var table = TextTable(
            columns: [.left, .left, .right, .right, .left, .right]
                + (tiles > 0 ? [.right] : []) + [.right, .right, .left],
            rows: [
                ["kernel", "shape", "ms", "rate", "", "ceiling"] + (tiles > 0 ? ["tiles"] : [])
                    + ["twin, ms", "twin / kernel", "products by"]
            ])
        for kernel in kernels {
            let (rate, unit) =
                kernel.operationsPerSecond.map { ($0, "GFLOP/s") }
                ?? (kernel.bytesPerSecond ?? 0, "GB/s")
            table.add(
                [
                    kernel.name, kernel.shape, decimal(kernel.seconds * 1e3, places: 2),
                    decimal(rate / 1e9, places: 1), unit, percent(kernel.shareOfCeiling),
                ] + (tiles > 0 ? [kernel.shareOfTiles.map { percent($0) } ?? ""] : []) + [
                    decimal(kernel.twinSeconds * 1e3, places: 0),
                    decimal(kernel.twinSeconds / kernel.seconds, places: 0) + " ×",
                    kernel.productsBy ?? "",
                ])
        }
        return title + "\n\n" + table.text()
    }
}
