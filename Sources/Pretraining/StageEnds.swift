import Checkpoints
import Diagnostics
import Formats
import Recipes

/// The checkpoints at the ends of stages, which variants begin from and the merge reads.
struct StageEnds {
    let recipe: Recipe
    let stages: [Stage]
    let state: TrainerState
    let store: CheckpointStore

    /// Checks that what later stages and the merge read again is there and intact.
    func check() throws {
        var needed = Set(stages[state.stage...].filter { $0.variant != nil }.map(\.parent))
        if let merge = recipe.merge {
            let inputs = stages.filter { $0.variant.map(merge.inputs.contains) ?? false }
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
        return try checkpoint(named: name)
    }

    /// The checkpoint `name`, compared with its checksums.
    func checkpoint(named name: String) throws -> Checkpoint {
        guard Folder.isInside(name), !name.contains("/") else {
            throw InputError(
                at: store.folder, expected: "the name of one of its checkpoints",
                found: "\"\(name)\" in the state of the newest",
                remedy: "The checkpoint is damaged: continue from another one.")
        }
        let checkpoint = try Checkpoint(folder: Folder.join(store.folder, name))
        try checkpoint.verify()
        return checkpoint
    }
}
