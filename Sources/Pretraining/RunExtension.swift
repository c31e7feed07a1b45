import Checkpoints
import Diagnostics
import Formats
import Recipes
import Reporting

/// A recipe that makes a run longer: phases that the run has not begun may be others or more, and
/// the last one that it has begun may have more tokens.
///
/// What was trained stays as it is, and is what the longer recipe would have trained from the
/// start: the bits of the two are the same.
struct RunExtension {
    let recipe: Recipe
    let saved: Recipe
    let state: TrainerState
    let checkpoint: Checkpoint

    /// The keys in which `recipe` differs from `saved`, of those that decide on weights.
    let differences: [RecipeDifference]

    /// The last stage that has begun; nil before the first step.
    private var open: Stage? {
        let stages = saved.stages()
        let index = state.clock.stageTokens > 0 ? state.stage : state.stage - 1
        return stages.indices.contains(index) ? stages[index] : nil
    }

    /// The place of that stage's phase; −1 before the first step.
    private var openPhase: Int {
        guard let open else { return -1 }
        return open.variant == nil ? open.index : saved.phases.count - 1
    }

    /// The state in which the run goes on by the longer recipe.
    ///
    /// - Throws: `InputError` naming the key that would have changed what was trained.
    func extended() throws -> TrainerState {
        var isLonger = false
        for difference in differences {
            switch difference.phase {
            case nil: throw difference.error(as: checkpoint)
            case let phase? where phase > openPhase: continue
            case openPhase where difference.path == "phases.\(openPhase).tokens":
                try requireLonger(difference)
                isLonger = true
            case let phase? where phase < openPhase:
                throw difference.error(
                    as: checkpoint,
                    remedy:
                        "\(saved.phases[phase + 1].name) was trained after it. Undo the change, "
                        + "\(back(toEndOf: phase)).")
            case let phase?:
                throw difference.error(
                    as: checkpoint,
                    remedy: "What was trained stays as it is. Undo the change, \(back(to: phase)).")
            }
        }
        var state = state
        if isLonger, state.clock.stageTokens == 0, !state.reopenStage() {
            throw InputError(
                at: "phases.\(openPhase).tokens",
                expected: "the tokens that it has, as \(checkpoint.folder) does not say how it "
                    + "ended",
                found: "more", remedy: "Add a phase with what there is to be more.")
        }
        state.recipe = recipe.resolvedYAML()
        return state
    }

    /// Checks that the phase that has begun may be longer.
    private func requireLonger(_ difference: RecipeDifference) throws {
        let (phase, tokens) = (saved.phases[openPhase], recipe.phases[openPhase].tokens)
        guard tokens > phase.tokens else {
            throw difference.error(
                as: checkpoint, expected: "at least \(Quantity.text(phase.tokens))",
                remedy: "A phase that has begun does not become shorter. Undo the change, "
                    + "\(back(to: openPhase)).")
        }
        guard phase.variants.isEmpty else {
            throw difference.error(
                as: checkpoint,
                remedy: "Variants that have begun keep their length. Undo the change, "
                    + "\(back(to: openPhase)).")
        }
        let trained = (state.stageEnd?.clock ?? state.clock).stageTokens
        if let open, let key = open.keyReadingLength(within: trained) {
            throw difference.error(
                as: checkpoint,
                remedy: "What was trained depends on it by phases.\(openPhase).\(key). Add a phase "
                    + "after it, \(back(to: openPhase)).")
        }
    }

    /// How the phase at `index` can be trained anew.
    private func back(to index: Int) -> String {
        guard index > 0, state.completedStages.indices.contains(index - 1) else {
            return "or train the recipe in a folder of its own (--run); "
                + "--set model.initialize_from=\(checkpoint.folder) starts it from these weights"
        }
        let end = Folder.join(
            Folder.parent(of: checkpoint.folder), state.completedStages[index - 1].checkpoint)
        return "or train it anew from the end of \(saved.phases[index - 1].name): --extend "
            + "--resume \(end)"
    }

    /// How the phase at `index` can go on, and what follows be trained anew.
    private func back(toEndOf index: Int) -> String {
        let names = state.completedStages.map(\.checkpoint)
        guard names.indices.contains(index) else { return back(to: index) }
        return "or go back to its end, for more tokens of it: --extend --resume "
            + Folder.join(Folder.parent(of: checkpoint.folder), names[index])
    }

    /// What becomes longer or other, a line for each phase.
    var changes: [String] {
        let count = max(saved.phases.count, recipe.phases.count)
        return (0..<count).compactMap { index in
            let old = saved.phases.indices.contains(index) ? saved.phases[index] : nil
            let new = recipe.phases.indices.contains(index) ? recipe.phases[index] : nil
            let keys = differences.filter { $0.phase == index }
            switch (old, new) {
            case (nil, let new?):
                return "\(new.name) is added, \(shortCount(new.tokens)) tokens"
            case (let old?, nil): return "\(old.name) is left out"
            case (let old?, let new?) where keys.map(\.path) == ["phases.\(index).tokens"]:
                return "\(new.name) has \(shortCount(new.tokens)) tokens, before "
                    + shortCount(old.tokens)
            case (_, let new?) where !keys.isEmpty:
                return "\(new.name) is changed in \(counted(keys.count, "key"))"
            default: return nil
            }
        }
    }
}

/// A key in which a recipe differs from the one of a checkpoint.
struct RecipeDifference {
    let path: String
    let here, there: String?
    /// How many other keys differ.
    let others: Int

    /// The place of the phase that it belongs to; nil for what belongs to none.
    var phase: Int? {
        let parts = path.split(separator: ".")
        return parts.count > 1 && parts[0] == "phases" ? Int(parts[1]) : nil
    }

    /// The error of a key that may not differ.
    func error(
        as checkpoint: Checkpoint, expected: String? = nil, remedy: String? = nil
    ) -> InputError {
        let more = others > 0 ? " (and \(others) more keys differ)" : ""
        return InputError(
            at: path, expected: "\(expected ?? there ?? "nothing"), as in \(checkpoint.folder)",
            found: (here ?? "nothing") + more,
            remedy: remedy
                ?? "Undo the change to go on, or train the changed recipe in a folder of its own "
                + "(--run); --set model.initialize_from=\(checkpoint.folder) starts it from these "
                + "weights.")
    }
}
