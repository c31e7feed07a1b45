import Checkpoints
import Logging
import Ranks
import Recipes
import Runs
import Streaming
import Training

/// A rank other than 0: does its half of what rank 0 says, until that says that the run has ended.
///
/// It reads the same data and takes the same steps, keeps the moments of its share of the
/// parameters, and neither opens the run's folder nor writes anything.
package final class Follower {
    private let setup: RunSetup
    private let options: TrainingOptions
    private let stopSignal: StopSignal?
    private let ranks: RankGroup
    private var training: TrainingRun?
    private var session: StageSession?
    /// What `prepare` has made ready.
    private var batch: StepBatch?

    private init(_ setup: RunSetup, options: TrainingOptions, stopSignal: StopSignal?) {
        (self.setup, self.options, self.stopSignal) = (setup, options, stopSignal)
        ranks = options.ranks
    }

    /// Takes part in the run that rank 0 leads.
    ///
    /// - Parameter recipe: reads the recipe.
    /// - Returns: the exit code with which rank 0 ended the run.
    /// - Throws: `RankFailure` where rank 0 does not answer any more.
    package static func run(
        options: TrainingOptions, stopSignal: StopSignal?, logger: Logger,
        _ recipe: () throws -> Recipe
    ) throws -> Int32 {
        let ranks = options.ranks
        do {
            let setup = try RunSetup(reading: recipe, with: options, logger: logger) { notice in
                if notice.isWarning { logger.warning("\(notice.text)") }
            }
            return try Follower(setup, options: options, stopSignal: stopSignal).run()
        } catch is StepAside {
            while true {
                if case .leave(let code) = try ranks.nextCommand() { return code }
            }
        }
    }

    private func run() throws -> Int32 {
        while true {
            do {
                let command = try ranks.nextCommand()
                if case .leave(let code) = command { return code }
                try follow(command)
            } catch is StepAside {
                // Rank 0 knows why, and says what becomes of the run.
            } catch is NonFiniteValue {
                // All ranks saw the same number.
            }
        }
    }

    private func follow(_ command: RankCommand) throws {
        if case .begin(let state) = command {
            training = try TrainingRun(
                setup, state: state, store: CheckpointStore(reading: ""),
                threads: options.threads, ranks: ranks)
            return
        }
        guard let training else { preconditionFailure("Follower: \(command) before begin") }
        switch command {
        case .begin, .leave: break
        case .takeWeights: try training.receiveWeights(into: training.model)
        case .takeMoments(let stepCount):
            try training.optimizer.spreadMoments { _, _, _ in }
            training.optimizer.restore(stepCount: stepCount)
        case .hashWeights: try ranks.answer(training.model.weightsHash)
        case .sendMoments: try training.optimizer.gatherMoments { _, _, _ in }
        case .open(let state): try open(state, in: training)
        case .prepare: try prepare()
        case .step: try takeStep(in: training)
        case .evaluate(let hasOtherWeights, let globalBase, let localBase):
            training.model.setRotaryBases(global: globalBase, local: localBase)
            if hasOtherWeights { try training.receiveWeights(into: training.model) }
            _ = try training.evaluator.losses(of: training.model)
        }
    }

    private func open(_ state: TrainerState, in training: TrainingRun) throws {
        session?.close()
        training.state = state
        session = try training.openSession()
    }

    private func prepare() throws {
        var word = StepWord()
        do {
            batch = try session?.nextBatch()
            word.batch = batch?.fingerprint
        } catch {
            word.trouble = RankTrouble(error)
        }
        word.signal = stopSignal?.number
        try ranks.answer(word)
    }

    private func takeStep(in training: TrainingRun) throws {
        guard let session, let batch else { preconditionFailure("Follower: no batch") }
        _ = try session.take(batch)
        training.state.clock = session.clock
        self.batch = nil
    }
}
