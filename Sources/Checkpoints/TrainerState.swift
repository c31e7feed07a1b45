import Diagnostics
import Formats
import Foundation
import Streaming

/// What a trainer needs beside weights and optimizer to continue to the bit: `trainer/state.json`.
public struct TrainerState: Codable, Sendable, Equatable {
    /// Names the run over all its resumptions.
    public var runID: String
    /// The stage that runs: a phase, or a variant of one.
    public var stage: String
    /// Its place among the recipe's stages, from 0.
    public var stageIndex: Int
    /// Optimizer steps since the run began.
    public var step: Int
    /// Optimizer steps since the stage began.
    public var stepInStage: Int
    /// Tokens since the run began, along the way that leads to this stage.
    public var tokens: Int
    /// Tokens since the stage began: the clock of all schedules.
    public var tokensInStage: Int
    /// The cursors of every lane.
    public var lanes: [LaneState]
    /// Lengths in bytes of the run's logs, by path inside the run folder: what was written after
    /// this checkpoint is cut off when the run continues from it.
    public var logLengths: [String: Int]
    /// The hash of what in the recipe must not change between stopping and continuing.
    public var recipeFingerprint: String
    /// What else decides on the last bit: processor, kernels, versions, by name.
    public var environment: [String: String]

    /// A state; see the properties.
    public init(
        runID: String, stage: String, stageIndex: Int, step: Int, stepInStage: Int, tokens: Int,
        tokensInStage: Int, lanes: [LaneState], logLengths: [String: Int] = [:],
        recipeFingerprint: String, environment: [String: String] = [:]
    ) {
        self.runID = runID
        self.stage = stage
        self.stageIndex = stageIndex
        self.step = step
        self.stepInStage = stepInStage
        self.tokens = tokens
        self.tokensInStage = tokensInStage
        self.lanes = lanes
        self.logLengths = logLengths
        self.recipeFingerprint = recipeFingerprint
        self.environment = environment
    }

    /// Reads the state from the file at `path`; an `InputError` says what is wrong with it.
    public init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InputError(
                at: path, expected: "the state of a trainer", found: "no such file",
                remedy: "Name a checkpoint of a run; a model folder alone cannot be resumed.")
        }
        do {
            self = try JSONDecoder().decode(TrainerState.self, from: data)
        } catch {
            throw InputError(
                at: path, expected: "the state of a trainer",
                found: "JSON of another kind: \(error)",
                remedy: "Use the version of mmbert that wrote the checkpoint.")
        }
    }

    /// Writes the state to the file at `path`.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(Array(try encoder.encode(self)) + [UInt8(ascii: "\n")], to: path)
    }
}
