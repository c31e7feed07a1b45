import Checkpoints
import Diagnostics
import Formats
import Foundation
import Recipes
import Runs

extension Trainer {
    /// Saves the weights from which the variants start where no phase comes before them.
    func saveInitial() throws {
        training.state.initialCheckpoint = checkpointName(stage: "initial")
        try saveCheckpoint(named: checkpointName(stage: "initial"), isProtected: true)
    }

    /// Saves a checkpoint of the present state, and keeps it for good at a stage's end.
    ///
    /// - Parameter isMerged: whether the merge needs it, though it is not the stage's end.
    /// - Throws: `TrainingFailure` for a model whose loss is not a number, which is not saved;
    ///   `InputError` where the disk is full.
    func save(named stage: String, isStageEnd: Bool, isMerged: Bool = false) throws {
        try training.checkModel(in: stage)
        let name = checkpointName(stage: stage)
        if isStageEnd {
            training.state.completedStages.append(.init(name: stage, checkpoint: name))
        }
        if isMerged {
            training.state.mergedCheckpoints = (training.state.mergedCheckpoints ?? []) + [name]
        }
        try saveCheckpoint(named: name, isProtected: isStageEnd || isMerged)
    }

    private func saveCheckpoint(named name: String, isProtected: Bool) throws {
        try followFolder()
        training.state.metricsBytes = try monitor.synchronize()
        try followingFolder { try training.save(name: name, isProtected: isProtected) }
        stepsSinceSave = 0
        lastSave = .now
    }

    /// Does `work` in the run's folder, and once more if the folder is renamed meanwhile.
    func followingFolder<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as InputError {
            guard try followFolder() else { throw error }
            return try work()
        }
    }

    /// Does `work`; where that fails because the run's folder is gone, this is the error.
    func blamingFolder<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let error as InputError {
            _ = try heldFolder.place(formerly: folder.path)
            throw error
        }
    }

    /// Goes on in the run's folder under its present name, where it was renamed or moved.
    ///
    /// - Returns: whether it was.
    /// - Throws: `InputError` where it is gone.
    @discardableResult
    func followFolder() throws -> Bool {
        let path = try heldFolder.place(formerly: folder.path)
        guard path != folder.path else { return false }
        logger.warning(
            "the run's folder \(folder.path) was renamed: the run goes on in \(path)")
        folder = RunFolder(path: path)
        isRenamed = true
        training.store = try CheckpointStore(
            folder: folder.checkpoints, keep: setup.recipe.checkpoint.keep)
        monitor.follow(folder)
        return true
    }

    private func checkpointName(stage: String) -> String {
        "\(stage)-\(String(format: "%09d", training.state.clock.step))"
    }
}
