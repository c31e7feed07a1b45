import Benchmarks
import Reporting

extension ExchangeReport {
    /// The result for people.
    var text: String {
        let title = """
            \(counted(ranks, "rank")) on \(counted(machines, "machine")) by \(engine), \
            \(counted(threads, "thread")) each; \(grouped(parameters)) parameters, \
            \(counted(repetitions, "repetition"))
            """
        var table = TextTable(
            columns: [.left, .right, .right, .right, .right, .right],
            rows: [["", "median, ms", "best, ms", "MB of a rank", "GB/s", "copies"]])
        let bytes = MemoryLayout<Float>.stride * parameters
        for (name, spread, bytes) in [
            ("copy of the gradients by each rank", copy, bytes),
            ("gradients, moved only", moving, gradientBytes),
            ("gradients, added up", exchange, gradientBytes),
            ("weights, gathered", gather, weightBytes),
        ] {
            table.add([
                name, milliseconds(spread.median), milliseconds(spread.best),
                decimal(Double(bytes) / 1e6, places: 1),
                decimal(Double(bytes) / spread.median / 1e9, places: 2),
                decimal(spread.median / copy.median, places: 2) + " ×",
            ])
        }
        for (name, spread) in [("roll call", rollCall), ("message", message)] {
            table.add([
                name, milliseconds(spread.median), milliseconds(spread.best), "", "", "",
            ])
        }
        let sender = machines > 1 ? "a machine to others" : "a rank to the others of its machine"
        return """
            \(title)

            \(table.text())

            In a step \(sender) sends \(decimal(Double(bytesSent) / 1e6, places: 1)) MB: \
            \(decimal(bytesPerSecond / 1e9, places: 2)) GB/s.
            """
    }

    private func milliseconds(_ seconds: Double) -> String { decimal(seconds * 1e3, places: 3) }
}
