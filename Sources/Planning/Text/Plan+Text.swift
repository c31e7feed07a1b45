import Curriculum
import Recipes
import Reporting

extension Plan {
    /// The plan as a person reads it: tables, the numbers that must be exact in full.
    public var text: String {
        let parts: [(title: String, body: String)] = [
            ("Model", modelText), ("Phases", phaseText), ("Batch warm-up", warmupText),
            ("Languages", languageText), ("Operations", operationTable), ("Memory", memoryTable),
            ("Time", timeTable?.text ?? ""),
            ("Ranks", rankTables.map(\.text).joined(separator: "\n\n")),
            ("What this rests on", assumptionText),
        ]
        return "\(name)\n\n"
            + parts.filter { !$0.body.isEmpty }.map { "\($0.title)\n\($0.body)" }
            .joined(separator: "\n\n")
    }

    private var modelText: String {
        """
          \(grouped(model.encoderParameters)) parameters, \(grouped(model.parameters)) with the \
        head; \(grouped(model.tableParameters)) of them in the token table
          \(counted(model.layers, "layer")) of \(counted(model.hidden, "column")) and \
        \(counted(model.heads, "head")), \(model.globalLayers) global and \
        \(model.layers - model.globalLayers) local (± \(model.localAttention / 2)); gated width \
        \(grouped(model.intermediate)); vocabulary \(grouped(model.vocabulary))
        """
    }

    private var phaseText: String {
        let merge =
            mergedVariants.isEmpty ? "" : "; merged: \(mergedVariants.joined(separator: ", "))"
        return phaseTable.text + "\n  \(Quantity.text(tokens)) tokens in \(grouped(steps)) "
            + agreeing(steps, "step") + merge
    }

    private var warmupText: String {
        stages.filter { $0.batches.count > 1 }.map { stage in
            var table = TextTable(headings: [
                "phase", "batch", "microbatches", "until token", "steps",
            ])
            for segment in stage.batches {
                table.add([
                    stage.name, grouped(segment.batchTokens), grouped(segment.microbatches),
                    grouped(segment.toTokens), grouped(segment.steps),
                ])
            }
            return table.text(indentation: 2)
        }.joined(separator: "\n")
    }

    private var operationTable: String {
        var table = TextTable(headings: [
            "phase", "a token", "body", "attention", "head", "in all",
        ])
        for stage in stages {
            let all = stage.operations
            table.add(
                [stage.name, scientific(all.total / Double(stage.tokens))]
                    + [all.body, all.attention, all.head].map { threeDigitPercent($0 / all.total) }
                    + [scientific(all.total)])
        }
        return table.text(indentation: 2)
            + "\n  \(scientific(operations.total)) floating-point operations"
    }

    private var memoryTable: String {
        let hasExchange = stages.contains { $0.memory.exchange > 0 }
        var table = TextTable(
            headings: [
                "phase", "microbatch", "weights", "gradients", "moments", "bf16", "a token",
                "layers", "head", "working",
            ] + (hasExchange ? ["exchange"] : []) + ["peak", "checkpointing"])
        for stage in stages {
            let memory = stage.memory
            let parts = [
                memory.parameters, memory.gradients, memory.moments, memory.roundedCopies,
            ]
            let rest =
                [memory.activations, memory.head, memory.working]
                + (hasExchange ? [memory.exchange] : [])
                + [memory.withoutCheckpointing, memory.withCheckpointing]
            table.add(
                [stage.name, grouped(stage.microbatchTokens)] + parts.map(binaryBytes)
                    + ["\(grouped(memory.activationsPerToken / 1024)) KiB"] + rest.map(binaryBytes))
        }
        let used = stages.map(\.memory.isCheckpointing).contains(true) ? "has" : "does not have"
        let whose = ranks.map { $0.ranks > 1 ? "The memory of one rank. " : "" } ?? ""
        return table.text(indentation: 2)
            + "\n  \(whose)The recipe \(used) activation_checkpointing."
    }

    private var assumptionText: String {
        assumptions.map { "  \($0)" }.joined(separator: "\n")
    }
}

extension GroupPlan {
    /// `0.7`, `0.7 → 0.3`, or `UniMax`.
    var temperatureText: String { text(ofTemperature: temperature, to: finalTemperature) }
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
            .map { shortNumber(100 * $0) }
        return (Set(ends).count == 1 ? ends[0] : ends.joined(separator: " → ")) + " %"
    }

    /// `0.7`, `0.7 → 0.3`, or `UniMax`.
    var temperatureText: String { text(ofTemperature: temperature, to: finalTemperature) }

    /// `3B ↗ 8e-4 ↘ 1.6e-5 one-minus-sqrt`.
    var learningRateText: String {
        let rate = learningRate
        let rise = rate.warmupTokens > 0 ? "\(Quantity.text(rate.warmupTokens)) ↗ " : ""
        let peak = rise + Quantity.text(rate.peak)
        if rate.shape == .constant { return peak }
        let last = Double(shortNumber(rate.peak * rate.finalFactor)) ?? 0
        return "\(peak) ↘ \(Quantity.text(last)) \(rate.shape.rawValue)"
    }
}

/// A temperature that stays (`0.7`) or moves (`0.7 → 0.3`), or `UniMax` where there is none.
private func text(ofTemperature first: Double?, to last: Double?) -> String {
    guard let first, let last else { return "UniMax" }
    return first == last ? shortNumber(first) : "\(shortNumber(first)) → \(shortNumber(last))"
}

/// How often data are read through, a number as text, with its noun: `1 pass`, `4.5 passes`.
func passes(_ text: String) -> String { "\(text) \(text == "1" ? "pass" : "passes")" }
