import Curriculum
import Encoders
import Optimizers
import Streaming

/// Training in one stage, at a clock: takes steps on the batches that its loader prepares.
///
/// A session sets what a stage decides (rotary bases, peak learning rate, weight decay) and moves
/// the clock and the lanes' states, which are all that a checkpoint needs beside model and
/// optimizer. It knows neither recipes nor folders: who makes one brings model and optimizer to
/// where the stage stands.
package final class StageSession {
    /// What a session is told of its stage.
    package struct Settings: Sendable {
        /// Bases of the rotary frequencies of global and local layers.
        package var globalRotaryBase, localRotaryBase: Double
        /// The highest learning rate, to which the weight decay refers.
        package var peakLearningRate: Double
        /// The share of a weight that a step at the peak rate takes away.
        package var weightDecay: Double
        /// Decides, with the clock's step, on dropout masks.
        package var seed: UInt64
        /// What is read, and how.
        package var stream: StreamConfiguration
        /// What the step that begins when so many of the stage's tokens are done asks of the
        /// loader.
        package var request: @Sendable (_ stageTokens: Int) -> BatchRequest
        /// The learning rate of that step.
        package var learningRate: @Sendable (_ stageTokens: Int) -> Double

        package init(
            globalRotaryBase: Double, localRotaryBase: Double, peakLearningRate: Double,
            weightDecay: Double, seed: UInt64, stream: StreamConfiguration,
            request: @escaping @Sendable (_ stageTokens: Int) -> BatchRequest,
            learningRate: @escaping @Sendable (_ stageTokens: Int) -> Double
        ) {
            (self.globalRotaryBase, self.localRotaryBase) = (globalRotaryBase, localRotaryBase)
            (self.peakLearningRate, self.weightDecay) = (peakLearningRate, weightDecay)
            (self.seed, self.stream) = (seed, stream)
            (self.request, self.learningRate) = (request, learningRate)
        }
    }

    /// A step that was taken.
    package struct Taken {
        package let batch: StepBatch
        package let learningRate: Double
        package let result: TrainingStep.Result
    }

    /// Steps and tokens, of the run and of the stage.
    package private(set) var clock: TokenClock
    /// The lanes' states after the last step; nil where the stage has not begun.
    package private(set) var lanes: [LaneState]?

    private let step: TrainingStep
    private let settings: Settings
    private let loader: BatchLoader

    /// A session that continues at `clock` with the lanes at `lanes`, and begins to read ahead.
    ///
    /// - Parameter prefetch: how many batches may lie ready.
    /// - Throws: `InputError` for sources without a sound index, or states of other lanes.
    package init(
        _ step: TrainingStep, settings: Settings, clock: TokenClock, lanes: [LaneState]?,
        prefetch: Int = 2
    ) throws {
        step.model.setRotaryBases(
            global: settings.globalRotaryBase, local: settings.localRotaryBase)
        step.optimizer.configuration.peakLearningRate = settings.peakLearningRate
        step.optimizer.configuration.weightDecay = settings.weightDecay
        loader = try BatchLoader(
            configuration: settings.stream, laneStates: lanes, tokensDone: clock.stageTokens,
            prefetch: prefetch, request: settings.request)
        (self.step, self.settings, self.clock, self.lanes) = (step, settings, clock, lanes)
    }

    /// The batch of the next step, or nil if `stops` turns true while it is waited for.
    ///
    /// - Throws: `InputError` for damaged data.
    package func nextBatch(unless stops: () -> Bool = { false }) throws -> StepBatch? {
        try loader.next(unless: stops)
    }

    /// Takes a step on `batch` and moves the clock.
    ///
    /// - Parameter stops: asked before each microbatch whether the step is given up.
    /// - Throws: `NonFiniteValue` and `CancellationError`, as `TrainingStep`; clock and lanes stay.
    package func take(_ batch: StepBatch, unless stops: () -> Bool = { false }) throws -> Taken {
        let learningRate = settings.learningRate(clock.stageTokens)
        let result = try step(
            batch.microbatches, of: LaneDealing(batch), learningRate: learningRate,
            seed: settings.seed, step: clock.step, unless: stops)
        clock.advance(by: batch.tokens)
        lanes = batch.laneStates
        return Taken(batch: batch, learningRate: learningRate, result: result)
    }

    /// Ends the loader's thread.
    package func close() { loader.close() }
}
