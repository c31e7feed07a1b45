import Reporting

extension Plan {
    /// What ranks do at the full batch, and while batches grow; empty where none are planned.
    var rankTables: [PlanTable] {
        guard ranks != nil else { return [] }
        return [fullBatchTable] + (growthTable.rows.isEmpty ? [] : [growthTable])
    }

    /// A step of each phase at its full batch, and what a rank needs.
    private var fullBatchTable: PlanTable {
        PlanTable(
            headings: ["phase", "microbatches of the fullest", "mean"]
                + (calibration == nil ? [] : ["computing"]) + ["exchange"]
                + (calibration == nil ? [] : ["efficiency", "in all"])
                + ["memory of a rank", "of a machine"],
            rows: stages.compactMap { stage in
                guard let plan = stage.exchange, let full = plan.full else { return nil }
                return [stage.name] + counts(full) + computing(full)
                    + [plan.exchangeSeconds.map(seconds) ?? "not counted"] + efficiency(full)
                    + [plan.days].compactMap { $0.map(estimatedDuration(days:)) }
                    + [plan.memoryOfARank, plan.memoryOfAMachine].map(binaryBytes)
            })
    }

    /// The batch sizes of phases whose batches grow.
    private var growthTable: PlanTable {
        let growing = stages.filter { ($0.exchange?.batches.count ?? 0) > 1 }
        return PlanTable(
            headings: ["phase", "batch", "microbatches", "of the fullest", "mean", "idle ranks"]
                + (calibration == nil ? [] : ["computing", "efficiency"]),
            rows: growing.flatMap { stage in
                (stage.exchange?.batches ?? []).map { segment in
                    [stage.name, grouped(segment.batchTokens), grouped(segment.microbatches)]
                        + counts(segment) + [grouped(segment.idleRanks)] + computing(segment)
                        + efficiency(segment)
                }
            })
    }

    private func counts(_ segment: ExchangePlan.Segment) -> [String] {
        [segment.fullestMicrobatches, segment.meanMicrobatches].map(shortNumber)
    }

    private func computing(_ segment: ExchangePlan.Segment) -> [String] {
        [segment.computingSeconds].compactMap { $0.map(seconds) }
    }

    private func efficiency(_ segment: ExchangePlan.Segment) -> [String] {
        [segment.efficiency].compactMap { $0.map { percent($0, places: 0) } }
    }

    private func seconds(_ seconds: Double) -> String { "\(shortNumber(seconds)) s" }
}
