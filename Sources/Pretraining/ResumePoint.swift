import Checkpoints
import Diagnostics
import Formats
import Host
import Logging
import Recipes
import Runs

/// The checkpoint that a run resumes from, if any.
struct ResumePoint {
    private(set) var checkpoint: Checkpoint?
    private let state: TrainerState?
    /// What makes the run longer than the checkpoint's recipe, a line for each phase.
    private(set) var changes: [String] = []
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
            let named = try Self.named(path, store: store)
            try named.verify()
            checkpoint = named
        }
        if case .checkpoint = resume { isNamed = true } else { isNamed = false }
        state = try checkpoint?.trainerState()
    }

    /// The checkpoint at `path`; where it is gone, or its name alone is given, the error says which
    /// there are.
    private static func named(_ path: String, store: CheckpointStore) throws -> Checkpoint {
        guard try !Folder.exists(path) else { return try Checkpoint(folder: path) }
        let parent = Folder.parent(of: path)
        let folder = try Folder.exists(parent) && path.contains("/") ? parent : store.folder
        let names = try CheckpointStore(reading: folder).checkpoints().map(\.name)
        throw InputError(
            at: path, expected: "a checkpoint", found: "no such file or folder",
            remedy: names.isEmpty
                ? "There is none in \(folder)." : "In \(folder) there are \(Self.list(names)).")
    }

    /// The names, at most ten of them, oldest first.
    private static func list(_ names: [String]) -> String {
        let shown = names.suffix(10).joined(separator: ", ")
        return names.count > 10 ? "\(names.count - 10) older ones, \(shown)" : shown
    }

    /// The state that a run of `setup` continues from, or begins with.
    ///
    /// - Parameter logger: told in which ways the machine is another one.
    /// - Throws: `InputError` naming the keys in which the checkpoint's recipe differs.
    mutating func state(
        of setup: RunSetup, with options: TrainingOptions, logger: Logger
    ) throws -> TrainerState {
        let environment = RunRecord.environment(options.processor, precision: setup.precision)
        guard var state, let checkpoint else {
            guard !options.extends else {
                throw InputError(
                    at: "--extend", expected: "a run that is to be longer",
                    found: "no checkpoint of one",
                    remedy: "Name its folder with --run, or leave --extend out to begin one.")
            }
            return TrainerState(recipe: setup.recipe.resolvedYAML(), environment: environment)
        }
        let saved = try Recipe(
            resolved: state.recipe, path: "\(checkpoint.folder)/trainer/state.json")
        let differences = Self.differences(of: setup.recipe, from: saved)
        if let first = differences.first {
            guard options.extends else {
                let isExtension = differences.allSatisfy { $0.phase != nil }
                throw first.error(as: checkpoint, remedy: isExtension ? Self.phaseRemedy : nil)
            }
            let longer = RunExtension(
                recipe: setup.recipe, saved: saved, state: state, checkpoint: checkpoint,
                differences: differences)
            state = try longer.extended()
            changes = longer.changes
        }
        state.warn(unless: environment, logger: logger)
        try state.validate(at: checkpoint.folder, sources: setup.data.map(\.sources.count))
        return state
    }

    /// What to do where phases have changed.
    private static let phaseRemedy =
        "Undo the change to go on; with --extend the run takes phases that it has not begun as "
        + "they are now, and more tokens of the last one that it has; or train the changed recipe "
        + "in a folder of its own (--run)."

    /// The keys in which a recipe differs from a checkpoint's, but for those that change no trained
    /// weight: when the run saves, logs and evaluates, where its data lie and are kept, and how the
    /// variants are merged at the end.
    private static func differences(of recipe: Recipe, from saved: Recipe) -> [RecipeDifference] {
        let found = recipe.differences(from: saved).filter { !mayChange($0.path) }
        return found.map {
            RecipeDifference(path: $0.path, here: $0.here, there: $0.there, others: found.count - 1)
        }
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

extension TrainerState {
    /// Warns where the machine is another one, since its kernels may round differently.
    fileprivate func warn(unless environment: [String: String], logger: Logger) {
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where self.environment[name] != value {
            logger.warning(
                """
                \(name) was \(self.environment[name] ?? "unknown") when the checkpoint was saved \
                and is \(value) now: the run continues, but its last bits may differ
                """)
        }
    }
}
