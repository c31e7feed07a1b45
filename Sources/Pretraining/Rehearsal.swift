import Checkpoints
import Diagnostics
import Formats
import Foundation
import Host
import Logging
import Recipes
import Reporting
import Runs
import Streaming
import TensorCore

/// The start of a run without the run: everything that a start checks, every hash of the shards on
/// this machine, and one step. Nothing is written, but what a cache of remote shards keeps.
public struct Rehearsal {
    private let read: () throws -> Recipe
    private let options: TrainingOptions
    private let logger: Logger
    /// Told what was found, a line at a time.
    private let note: (String) -> Void
    /// Told how far long work is.
    private let progress: (String) -> Void

    /// The rehearsal of a run of `recipe` with the same options.
    public init(
        recipe: @autoclosure @escaping () throws -> Recipe, options: TrainingOptions,
        logger: Logger,
        note: @escaping (String) -> Void, progress: @escaping (String) -> Void
    ) {
        (read, self.options, self.logger) = (recipe, options, logger)
        (self.note, self.progress) = (note, progress)
    }

    /// Checks, reads, and takes a step.
    ///
    /// - Throws: `InputError` for whatever the user can fix; `TrainingFailure` where the step's
    ///   loss is not a number.
    public func run() throws {
        let logger = logger
        let setup = try RunSetup(reading: read, with: options, logger: logger) {
            logger.notice("\($0.text)")
        }
        let recipe = setup.recipe
        note(
            """
            recipe: \(counted(setup.stages.count, "stage")), \
            \(shortCount(setup.tokensLeft(stage: 0, done: 0))) tokens, \
            \(shortCount(setup.configuration.parameterCount)) parameters in \(setup.precision)
            """)
        let spare = setup.configuration.vocabularySize - setup.tokenizer.vocabularySize
        note(
            "tokenizer: \(setup.tokenizer.vocabularySize) pieces, as the shards have and the model"
                + (spare > 0 ? ", which has \(counted(spare, "row")) more" : ""))
        let folder = RunFolder(path: options.runFolder ?? "runs/\(recipe.name)")
        try folder.check()
        let store = CheckpointStore(reading: folder.checkpoints)
        var start = try ResumePoint(options.resume, store: store, logger: logger)
        let state = try start.state(of: setup, with: options, logger: logger)
        try StageEnds(recipe: recipe, stages: setup.stages, state: state, store: store).check()
        note(
            "run folder: \(folder.path), "
                + (start.checkpoint.map { "resumes from \($0.name)" } ?? "the run begins there"))
        for change in start.changes { note("longer: \(change)") }
        note(try setup.checkDiskSpace(at: try folder.nearestExisting))
        let memory = try setup.checkMemory(for: options.ranks)
        if let warning = memory.warning { logger.warning("\(warning)") }
        for doubt in recipe.doubts { logger.warning("\(doubt)") }
        if let warning = setup.heldOutWarning { logger.warning("\(warning)") }
        if start.checkpoint == nil {
            if let warning = try setup.newHeadWarning() { logger.warning("\(warning)") }
            if let line = setup.initialTokensNote { note(line) }
        }
        note("memory: a step takes about \(binaryBytes(memory.needed))")
        if let evaluation = setup.evaluationSummary { note(evaluation) }
        let parallel = Parallel(threads: options.threads)
        if let gain = setup.bf16Gain(on: options.processor, parallel: parallel) {
            note("precision: \(gain)")
        }
        try verifyData(setup)
        if state.stage < setup.stages.count {
            progress("taking a step")
            try takeStep(
                of: TrainingRun(
                    setup, state: state, checkpoint: start.checkpoint, store: store,
                    threads: options.threads, ranks: options.ranks))
        } else {
            note("step: none is left, the run is finished")
        }
        note("nothing is in the way of this run")
    }

    private func verifyData(_ setup: RunSetup) throws {
        let (catalogue, sources) = try setup.catalogue()
        let hashes = setup.stages.contains { $0.phase.data.verifiesHashes }
        if hashes {
            try catalogue.verifyHashes { done, total in
                progress("comparing hashes: \(percentDone(done, of: total))")
            }
        }
        let remote = sources.filter(\.isRemote).count
        note(
            "data: \(counted(sources.count, "source")), "
                + (hashes ? "shards as their indexes' hashes say" : "sizes compared, hashes not")
                + (remote > 0 ? "; of \(remote) at web servers only the indexes were read" : ""))
    }

    /// The step that the run would take next.
    private func takeStep(of training: TrainingRun) throws {
        let stage = training.setup.stages[training.state.stage]
        let session = try training.session(of: stage, prefetch: 1)
        defer { session.close() }
        guard let batch = try training.nextBatch(of: session) else { return }
        let taken = try training.take(batch, of: session)
        let tokensPerSecond = Double(batch.tokens) / taken.result.seconds.total
        let peak = Memory.peak.map { ", \(binaryBytes($0)) of memory at most" } ?? ""
        note(
            """
            step: \(stage.name), loss \(decimal(taken.result.loss, places: 3)), \
            \(shortCount(Int(tokensPerSecond))) tokens/s\(peak)
            """)
        try training.checkModel(in: stage.name)
    }
}
