import Pages
import Reporting

extension Plan {
    /// Where the operations go, and the days.
    var costPictures: String {
        let rows = stages.map { stage in
            let all = stage.operations
            let parts: [(String, String, Double)] = [
                ("body", "l0", all.body), ("attention", "l2", all.attention),
                ("head", "l1", all.head),
            ]
            return StackedBars.Row(
                name: stage.name,
                parts: parts.map { name, style, value in
                    .init(
                        style: style, value: value / all.total,
                        name: threeDigitPercent(value / all.total),
                        tooltip: "\(name): \(scientific(value)) operations")
                }, note: scientific(all.total))
        }
        let bars = StackedBars(
            rows: rows, whole: 1, description: "Operations of each stage by part of the model")
        return figure(
            "Floating-point operations", bars.html,
            legend: legend([("body", "l0"), ("attention", "l2"), ("head", "l1")]),
            caption: "Behind each bar: operations of the stage, forward and backward.")
            + (timeTable.map { tag("h3", [:], "Time") + $0.pageTable("time").html } ?? "")
            + zip(["Ranks", "Ranks while batches grow"], rankTables).map { title, table in
                tag("h3", [:], title) + table.pageTable(title.replacing(" ", with: "-")).html
            }.joined()
    }

    /// What the memory of a step is made of.
    var memoryPictures: String {
        let rows = stages.map { stage in
            let memory = stage.memory
            let activations =
                memory.isCheckpointing ? memory.activationsWithCheckpointing : memory.activations
            let parts: [(String, String, Int)] = [
                ("weights", "l0", memory.parameters), ("gradients", "l2", memory.gradients),
                ("moments", "l6", memory.moments), ("bf16 copies", "l8", memory.roundedCopies),
                ("layers", "l1", activations), ("head", "l5", memory.head),
                ("working", "others", memory.working + memory.exchange),
            ]
            return StackedBars.Row(
                name: stage.name,
                parts: parts.map { name, style, bytes in
                    .init(
                        style: style, value: Double(bytes), name: binaryBytes(bytes),
                        tooltip: "\(name): \(binaryBytes(bytes))")
                }, note: binaryBytes(memory.peak), mark: Double(memory.withCheckpointing))
        }
        let most = stages.map { max($0.memory.peak, $0.memory.withCheckpointing) }.max() ?? 1
        let bars = StackedBars(
            rows: rows, whole: Double(most), description: "Memory of a step of each stage by part")
        let microbatches = stages.map { "\($0.name) \(grouped($0.microbatchTokens))" }
        return figure(
            "Memory of a training step", bars.html,
            legend: legend([
                ("weights", "l0"), ("gradients", "l2"), ("moments", "l6"), ("bf16 copies", "l8"),
                ("layers", "l1"), ("head", "l5"), ("working", "others"),
            ]),
            caption: "Behind each bar: the peak. The line across it is the peak with "
                + "activation_checkpointing. Tokens of a microbatch: "
                + microbatches.joined(separator: ", ") + ".")
    }
}
