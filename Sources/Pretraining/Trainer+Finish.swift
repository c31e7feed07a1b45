import Checkpoints
import Diagnostics
import Formats
import Foundation
import Merging
import ModelFolders
import Recipes
import Reporting
import Reports
import Runs

extension Trainer {
    /// Makes the final model, measures it, and writes the table of losses and the model's card.
    ///
    /// Everything is made from the stages' last checkpoints, so that doing it again, after a stop
    /// or for a run that was finished before, gives the same files.
    ///
    /// - Returns: whether it finished or a signal came before the end.
    func finish() throws -> Outcome {
        try followFolder()
        if let merge = setup.recipe.merge {
            try mergeVariants(merge)
            let merged = try ModelFolder(path: folder.model).load()
            if try !evaluate(merged, as: EvaluationRecord.merge, isStageEnd: true),
                let outcome = reasonToStop()
            {
                return outcome
            }
        } else {
            try AtomicFolder.write(to: folder.model, replacing: true, makingParents: false) {
                try ModelFolder.write(
                    training.model, tokenizer: setup.tokenizerFiles,
                    precision: setup.recipe.finalPrecision, into: $0)
            }
        }
        _ = try monitor.synchronize()
        if try !Folder.exists(folder.metrics) {
            logger.warning("\(folder.metrics) is gone: losses.md and the model's card lack figures")
        }
        let losses = try lossTable()
        try AtomicFile.write(losses.markdown, to: folder.losses)
        let card = ModelCard(
            recipe: setup.recipe, readings: try MetricLog.stages(in: folder.metrics),
            losses: losses)
        try AtomicFile.write(card.markdown, to: folder.modelCard)
        writeReport()
        return .finished
    }

    /// Writes the page of the run. A run does not end because it cannot be written: that is told
    /// once.
    func writeReport() {
        guard !isReportRefused else { return }
        do {
            let page = try Report([folder.path]).page
            try followFolder()
            try AtomicFile.write(page, to: folder.report, synchronized: false)
        } catch {
            isReportRefused = true
            logger.warning("no more report.html from here on: \(error)")
        }
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
        let ends = try stages.map { try training.stageEnds.checkpoint(ofStage: $0.index).folder }
        let models = try mergedCheckpoints(merge.checkpoints - 1) + ends
        var configuration = merge.configuration
        configuration.weights = configuration.weights.suffix(models.count)
        let report = try Merging.merge(
            base: try training.stageEnds.checkpoint(ofStage: stages.first?.parent).folder,
            models: models,
            into: folder.model, replacing: true, configuration: configuration,
            element: setup.recipe.finalPrecision == .bf16 ? .bf16 : .f32)
        if let total = report.total {
            let conflicts = Double(total.conflicting) / Double(max(total.shared, 1))
            monitor.note(
                """
                Merged \(stages.count) variants; where two of them changed a weight, the signs \
                differed in \(percent(conflicts, places: 1))
                """)
        }
    }

    /// The last `count` checkpoints on the way through the merge's only input, oldest first; fewer
    /// where a changed recipe asks for more than were kept.
    private func mergedCheckpoints(_ count: Int) throws -> [String] {
        let names = (training.state.mergedCheckpoints ?? []).suffix(count)
        if names.count < count {
            logger.warning("merge.checkpoints: only \(names.count + 1) of \(count + 1) were kept")
        }
        return try names.map { try training.stageEnds.checkpoint(named: $0).folder }
    }
}
