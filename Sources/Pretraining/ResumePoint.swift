import Checkpoints
import Diagnostics
import Formats
import Host
import Logging
import Recipes

/// The checkpoint that a run resumes from, if any.
struct ResumePoint {
    private(set) var checkpoint: Checkpoint?
    let state: TrainerState?
    /// Whether the user named the checkpoint.
    private let isNamed: Bool

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
            if newest == nil, let damage = damages.last {
                let newest = try store.checkpoints().last?.name
                throw InputError(
                    at: store.folder, expected: "a checkpoint that is intact",
                    found: "damage in all of them, "
                        + (newest.map { "\($0) the newest" } ?? "such as in \(damage.location)"),
                    remedy: "Put one back, or name another folder with --run to begin anew.")
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
        if case .checkpoint = resume { isNamed = true } else { isNamed = false }
        state = try checkpoint?.trainerState()
    }

    /// The state that a run of `setup` on `processor` continues from, or begins with.
    ///
    /// - Throws: `InputError` naming the keys in which the checkpoint's recipe differs.
    func state(
        of setup: RunSetup, on processor: Processor, logger: Logger
    ) throws -> TrainerState {
        let environment = RunRecord.environment(processor, precision: setup.precision)
        guard let state, let checkpoint else {
            return TrainerState(recipe: setup.recipe.resolvedYAML(), environment: environment)
        }
        try state.check(
            against: setup.recipe, environment: environment, at: checkpoint.folder, logger: logger)
        try state.validate(at: checkpoint.folder, sources: setup.data.map(\.sources.count))
        return state
    }

    /// Makes a checkpoint that was named the newest one of the run, so that the run resumes from
    /// it however this process ends. A checkpoint of another run brings along the ends of the
    /// stages before it, and the metrics.
    mutating func takeOver(into run: RunFolder, store: CheckpointStore) throws {
        guard isNamed, let named = checkpoint, let state else { return }
        let origin = Folder.parent(of: named.folder)
        if try !Folder.isSame(origin, store.folder) {
            let earlier =
                [state.initialCheckpoint] + state.completedStages.map(\.checkpoint)
                + (state.mergedCheckpoints ?? [])
            for case let name? in earlier where name != named.name {
                try store.adopt(Checkpoint(folder: Folder.join(origin, name)))
            }
            let metrics = RunFolder(path: Folder.parent(of: origin)).metrics
            if try Folder.exists(metrics) { try AtomicFile.copy(metrics, to: run.metrics) }
        }
        checkpoint = try store.adopt(named)
    }
}

extension TrainerState {
    /// Checks that `recipe` on this machine may resume from this state.
    ///
    /// What changes no trained weight may change: when the run saves, logs and evaluates, where its
    /// data lie and are kept, and how the variants are merged at the end. Another machine is a
    /// warning, since its kernels may round differently.
    ///
    /// - Throws: `InputError` naming the keys in which the recipes differ.
    fileprivate func check(
        against recipe: Recipe, environment: [String: String], at checkpoint: String, logger: Logger
    ) throws {
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where self.environment[name] != value {
            logger.warning(
                """
                \(name) was \(self.environment[name] ?? "unknown") when the checkpoint was saved \
                and is \(value) now: the run continues, but its last bits may differ
                """)
        }
        let saved = try Recipe(resolved: self.recipe, path: "\(checkpoint)/trainer/state.json")
        let differences = recipe.differences(from: saved).filter { !Self.mayChange($0.path) }
        guard let first = differences.first else { return }
        let others = differences.count > 1 ? " (and \(differences.count - 1) more keys differ)" : ""
        throw InputError(
            at: "\(first.path)", expected: "\(first.there ?? "nothing"), as in \(checkpoint)",
            found: (first.here ?? "nothing") + others,
            remedy: "Undo the change to go on, or train the changed recipe in a folder of its own "
                + "(--run); --set model.initialize_from=\(checkpoint) starts it from these weights."
        )
    }

    private static func mayChange(_ path: String) -> Bool {
        let first = path.prefix { $0 != "." && $0 != "[" }
        return [
            "name", "activation_checkpointing", "cache", "checkpoint", "evaluate",
            "final_precision", "log", "merge", "tokenizer",
        ].contains(first)
            || path.hasSuffix(".manifest") || path.hasSuffix(".verify_hashes")
            || path.hasPrefix("model.initialize_")
    }
}
