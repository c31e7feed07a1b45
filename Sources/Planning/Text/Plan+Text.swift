import Curriculum
import Recipes

extension Plan {
    /// The plan as a person reads it: tables, the numbers that must be exact in full.
    public var text: String {
        let parts: [(title: String, body: String)] = [
            ("Model", modelText), ("Phases", phaseTable), ("Batch warm-up", warmupText),
            ("Languages", languageText), ("Operations", operationTable), ("Memory", memoryTable),
            ("Time", timeTable), ("What this rests on", assumptionText),
        ]
        return "\(name)\n\n"
            + parts.filter { !$0.body.isEmpty }.map { "\($0.title)\n\($0.body)" }
            .joined(separator: "\n\n")
    }

    private var modelText: String {
        """
          \(grouped(model.encoderParameters)) parameters, \(grouped(model.parameters)) with the \
        head; \(grouped(model.tableParameters)) of them in the token table
          \(model.layers) layers of \(model.hidden) columns and \(model.heads) heads, \
        \(model.globalLayers) global and \(model.layers - model.globalLayers) local \
        (± \(model.localAttention / 2)); gated width \(grouped(model.intermediate)); vocabulary \
        \(grouped(model.vocabulary))
        """
    }

    private var phaseTable: String {
        var table = TextTable([
            "phase", "tokens", "context", "rotary θ", "mask", "τ", "learning rate", "batch",
            "steps",
        ])
        for stage in stages {
            table.add([
                stage.name, Quantity.text(stage.tokens), grouped(stage.context),
                stage.rotaryText, stage.maskText, stage.temperatureText,
                stage.learningRateText, grouped(stage.fullBatchTokens), grouped(stage.steps),
            ])
        }
        let merge =
            mergedVariants.isEmpty ? "" : "; merged: \(mergedVariants.joined(separator: ", "))"
        return table.text + "\n  \(Quantity.text(tokens)) tokens in \(grouped(steps)) steps\(merge)"
    }

    private var warmupText: String {
        stages.filter { $0.batches.count > 1 }.map { stage in
            var table = TextTable(["phase", "batch", "microbatches", "until token", "steps"])
            for segment in stage.batches {
                table.add([
                    stage.name, grouped(segment.batchTokens), grouped(segment.microbatches),
                    grouped(segment.toTokens), grouped(segment.steps),
                ])
            }
            return table.text
        }.joined(separator: "\n")
    }

    private var operationTable: String {
        var table = TextTable([
            "phase", "a token", "body", "attention", "head", "in all",
        ])
        for stage in stages {
            let all = stage.operations
            table.add(
                [stage.name, scientific(all.total / Double(stage.tokens))]
                    + [all.body, all.attention, all.head].map { percent($0 / all.total) }
                    + [scientific(all.total)])
        }
        return table.text + "\n  \(scientific(operations.total)) floating-point operations"
    }

    private var memoryTable: String {
        var table = TextTable([
            "phase", "microbatch", "weights", "gradients", "moments", "bf16", "a token", "layers",
            "head", "working", "peak", "checkpointing",
        ])
        for stage in stages {
            let memory = stage.memory
            let parts = [
                memory.parameters, memory.gradients, memory.moments, memory.roundedCopies,
            ]
            let rest = [memory.activations, memory.head, memory.working]
            table.add(
                [stage.name, grouped(stage.microbatchTokens)] + parts.map(gibibytes)
                    + ["\(grouped(memory.activationsPerToken / 1024)) KiB"] + rest.map(gibibytes)
                    + [gibibytes(memory.withoutCheckpointing), gibibytes(memory.withCheckpointing)])
        }
        let used = stages.map(\.memory.isCheckpointing).contains(true) ? "has" : "does not have"
        return table.text + "\n  The recipe \(used) activation_checkpointing."
    }

    private var timeTable: String {
        guard let days, let daysOnMachines else { return "" }
        func row(_ cells: [String], _ many: String) -> [String] {
            machines > 1 ? cells + [many] : cells
        }
        var table = TextTable(
            row(["phase", "tokens a second", "one machine"], "\(grouped(machines)) machines"))
        for stage in stages {
            guard let cost = stage.cost else { continue }
            let speed = grouped(Int(cost.tokensPerSecond.rounded()))
            table.add(
                row(
                    [stage.name, speed, duration(days: cost.days)],
                    duration(days: cost.daysOnMachines)))
        }
        table.add(row(["in all", "", duration(days: days)], duration(days: daysOnMachines)))
        return table.text
    }

    private var assumptionText: String {
        assumptions.map { "  \($0)" }.joined(separator: "\n")
    }
}

extension GroupPlan {
    /// `0.7`, `0.7 → 0.3`, or `UniMax`.
    var temperatureText: String { Planning.temperatureText(temperature, finalTemperature) }
}

extension StagePlan {
    /// `10000`, or `160000 / 10000` for global and local layers.
    var rotaryText: String {
        let (global, local) = (Quantity.text(globalRotaryBase), Quantity.text(localRotaryBase))
        return global == local ? global : "\(global) / \(local)"
    }

    /// `30 %`, or `30 → 5 %`.
    var maskText: String {
        let ends = [timeline.first, timeline.last].compactMap { $0?.maskRatio }
            .map { short(100 * $0) }
        return (Set(ends).count == 1 ? ends[0] : ends.joined(separator: " → ")) + " %"
    }

    /// `0.7`, `0.7 → 0.3`, or `UniMax`.
    var temperatureText: String { Planning.temperatureText(temperature, finalTemperature) }

    /// `3B ↗ 8e-4 ↘ 1.6e-5 one-minus-sqrt`.
    var learningRateText: String {
        let rate = learningRate
        let rise = rate.warmupTokens > 0 ? "\(Quantity.text(rate.warmupTokens)) ↗ " : ""
        let peak = rise + Quantity.text(rate.peak)
        if rate.shape == .constant { return peak }
        let last = Double(short(rate.peak * rate.finalFactor)) ?? 0
        return "\(peak) ↘ \(Quantity.text(last)) \(rate.shape.rawValue)"
    }
}
