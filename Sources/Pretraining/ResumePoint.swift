import Checkpoints
import Diagnostics
import Logging

/// The checkpoint that a run goes on from, if any.
struct ResumePoint {
    let checkpoint: Checkpoint?
    let state: TrainerState?

    /// Finds what `resume` asks for.
    ///
    /// - Throws: `InputError` where a run exists and none was to be continued, or where the
    ///   checkpoint is damaged.
    init(_ resume: TrainingOptions.Resume, store: CheckpointStore, logger: Logger) throws {
        switch resume {
        case .automatic:
            let (newest, damages) = try store.newestIntact()
            for damage in damages {
                logger.warning("skipped a checkpoint: \(damage)")
            }
            checkpoint = newest
        case .never:
            if let newest = try store.checkpoints().last {
                throw InputError(
                    at: store.folder, expected: "no checkpoints, because of --resume never",
                    found: newest.name,
                    remedy: "Name another folder with --run, or go on with --resume auto.")
            }
            checkpoint = nil
        case .checkpoint(let path):
            let named = try Checkpoint(folder: path)
            try named.verify()
            checkpoint = named
        }
        state = try checkpoint?.trainerState()
    }
}

extension TrainerState {
    /// Checks that a run with `present`'s recipe and machine may go on from this state.
    ///
    /// - Throws: `InputError` naming the first line in which the recipes differ.
    func check(against present: TrainerState, at checkpoint: String, logger: Logger) throws {
        for (name, value) in present.environment.sorted(by: { $0.key < $1.key })
        where environment[name] != value {
            logger.warning(
                """
                \(name) was \(environment[name] ?? "unknown") when the checkpoint was saved and is \
                \(value) now: the run goes on, but its last bits may differ
                """)
        }
        guard recipe != present.recipe else { return }
        let (old, new) = firstDifference(recipe, present.recipe)
        throw InputError(
            at: checkpoint, expected: "the recipe the checkpoint was made with, where it says `\(old)`",
            found: "`\(new)`",
            remedy: "Undo the change, or train the changed recipe in another folder (--run), "
                + "there from these weights with --set model.initialize_from=\(checkpoint).")
    }
}

/// The first lines of two texts that differ, with the keys above them: `phases: / tokens: 4M`.
private func firstDifference(_ old: String, _ new: String) -> (String, String) {
    let (old, new) = (old.split(separator: "\n"), new.split(separator: "\n"))
    let index = zip(old, new).enumerated().first { $1.0 != $1.1 }?.offset
    let at = index ?? min(old.count, new.count)
    func line(_ lines: [Substring]) -> String {
        at < lines.count ? lines[at].drop { $0 == " " || $0 == "-" }.description : "nothing"
    }
    return (line(old), line(new))
}
