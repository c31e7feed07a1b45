import Checkpoints
import Diagnostics
import Formats
import Foundation
import Merging
import Recipes

extension Trainer {
    /// Makes the final model, measures it, and writes the table of losses.
    ///
    /// Everything is made from the stages' last checkpoints, so that doing it again, after a stop
    /// or for a run that was finished before, gives the same files.
    func finish() throws {
        if let merge = setup.recipe.merge {
            try mergeVariants(merge)
            try evaluate(
                ModelFolder(path: folder.model).load(), as: "merge", isStageEnd: true)
        } else {
            try AtomicFolder.write(to: folder.model, replacing: true) {
                try ModelFolder.write(model, tokenizer: setup.tokenizerFiles, into: $0)
            }
        }
        _ = try monitor.synchronize()
        try AtomicFile.write(lossTable().markdown, to: folder.losses)
        monitor.note("The final model is in \(folder.model)")
    }

    /// Held-out loss per language at the start, at the stages' ends and of the merge.
    public func lossTable() throws -> LossTable {
        LossTable(
            groups: setup.languageGroups(),
            evaluations: try MetricLog.evaluations(in: folder.metrics)
                .filter { $0.isStageEnd || $0.step == 0 })
    }

    /// Merges the variants' last checkpoints into the final model's folder.
    private func mergeVariants(_ merge: MergeRecipe) throws {
        let stages = merge.inputs.compactMap { input in
            setup.stages.first { $0.variant == input }
        }
        let ends = try stages.map { try checkpoint(ofStage: $0.index).folder }
        let models = try mergedCheckpoints(merge.checkpoints - 1) + ends
        var configuration = merge.configuration
        configuration.weights = configuration.weights.suffix(models.count)
        let report = try Merging.merge(
            base: try checkpoint(ofStage: stages.first?.parent).folder, models: models,
            into: folder.model, replacing: true, configuration: configuration)
        if let total = report.total {
            let conflicts = 100 * Double(total.conflicting) / Double(max(total.shared, 1))
            monitor.note(
                """
                Merged \(stages.count) variants; where two of them changed a weight, the signs \
                differed in \(String(format: "%.1f", conflicts)) %
                """)
        }
    }

    /// The last `count` checkpoints on the way through the merge's only input, oldest first; fewer
    /// where a changed recipe asks for more than were kept.
    private func mergedCheckpoints(_ count: Int) throws -> [String] {
        let names = (state.mergedCheckpoints ?? []).suffix(count)
        if names.count < count {
            logger.warning("merge.checkpoints: only \(names.count + 1) of \(count + 1) were kept")
        }
        return try names.map { name in
            let checkpoint = try Checkpoint(folder: Folder.join(store.folder, name))
            try checkpoint.verify()
            return checkpoint.folder
        }
    }

    /// Checks that what later stages and the merge read again is there and intact.
    func checkStageEnds() throws {
        var needed = Set(setup.stages[state.stage...].filter { $0.variant != nil }.map(\.parent))
        if let merge = setup.recipe.merge {
            let inputs = setup.stages.filter { $0.variant.map(merge.inputs.contains) ?? false }
            needed.formUnion(inputs.flatMap { [$0.index, $0.parent] })
        }
        for stage in needed
        where stage.map(state.completedStages.indices.contains) ?? (state.initialCheckpoint != nil)
        {
            _ = try checkpoint(ofStage: stage)
        }
    }

    /// The last checkpoint of a stage that is trained, compared with its checksums; that of the
    /// initial weights for nil.
    func checkpoint(ofStage index: Int?) throws -> Checkpoint {
        let name = index.map { state.completedStages[$0].checkpoint } ?? state.initialCheckpoint
        guard let name else {
            throw InputError(
                at: store.folder, expected: "a checkpoint of the weights the variants start from",
                found: "none", remedy: "Train the recipe again in another folder (--run).")
        }
        let checkpoint = try Checkpoint(folder: Folder.join(store.folder, name))
        try checkpoint.verify()
        return checkpoint
    }
}
