import Checkpoints
import Curriculum
import Diagnostics
import Formats
import Recipes
import Reporting
import Runs
import Streaming

/// Everything a run reports while it trains: the progress line, `metrics.jsonl`, TensorBoard.
struct RunMonitor {
    private let metrics: MetricLog
    private let warn: (String) -> Void
    private var folder: RunFolder
    private var board: (stage: String, curves: TrainingBoard)?
    private let recipe: String
    private let groups: [LossTable.Group]
    private let everySteps: Int
    private var progress: ProgressLine
    private var line = ProgressLine.State()

    /// Continues the logs of a run of `stages` where `state` left them.
    ///
    /// - Parameter warn: told of logs that were damaged and are mended.
    init(
        folder: RunFolder, setup: RunSetup, state: TrainerState, quiet: Bool,
        warn: @escaping (String) -> Void
    ) throws {
        let stages = setup.stages
        metrics = try MetricLog(path: folder.metrics, keepingBytes: state.metricsBytes) { place in
            guard let index = stages.firstIndex(where: { $0.name == place.stage }) else {
                return place.stage == EvaluationRecord.merge
            }
            guard index == state.stage else { return index > state.stage }
            return place.step.map { $0 > state.clock.step } ?? true
        }
        if let repair = metrics.repair { warn(repair) }
        self.folder = folder
        self.warn = warn
        (recipe, groups) = (setup.recipe.resolvedYAML(), setup.languageGroups())
        everySteps = setup.recipe.log.everySteps
        progress = ProgressLine(isQuiet: quiet)
    }

    /// Goes on in `folder`, the same one under another name.
    mutating func follow(_ folder: RunFolder) { self.folder = folder }

    /// Notes that `stage` begins, or resumes where `clock` stands; `parent` is the stage that it
    /// continues.
    mutating func begin(
        _ stage: Stage, after parent: Stage?, at clock: TokenClock, languages: Int
    ) throws {
        if clock.stageTokens > 0 {
            try open(stage.name, startStep: clock.step + 1)
        } else if let parent {
            try open(stage.name, continuing: parent, at: clock.step)
        } else {
            // The initial weights were measured at step 0.
            try open(stage.name, startStep: clock.step + 1)
            try board?.curves.begin(recipe: recipe, step: clock.step)
        }
        line.stage = stage.name
        line.stageTotal = stage.phase.tokens
        line.languages = languages
    }

    /// Logs a finished step, if one is due, and updates the progress line.
    mutating func log(_ step: StepRecord, tokensLeft: Int, seconds: Double) throws {
        line.stageTokens = step.stageTokens
        line.loss = step.loss
        line.maskRatio = step.maskRatio
        line.learningRate = step.learningRate
        line.tokensLeft = tokensLeft
        progress.update(line, tokens: step.batchTokens, seconds: seconds)
        guard step.step % everySteps == 0 else { return }
        var step = step
        step.tokensPerSecond = progress.tokensPerSecond
        step.time = recordedTime()
        try metrics.append(step)
        try board?.curves.log(step)
    }

    /// Logs an evaluation.
    mutating func log(_ evaluation: EvaluationRecord) throws {
        var evaluation = evaluation
        evaluation.time = recordedTime()
        try metrics.append(evaluation)
        if board?.stage != evaluation.stage {
            try open(evaluation.stage, startStep: evaluation.step)
        }
        try board?.curves.log(evaluation)
    }

    /// Logs what a probe learned, after the evaluation of the same moment, and prints the mean.
    mutating func log(_ probe: ProbeRecord) throws {
        var probe = probe
        probe.time = recordedTime()
        try metrics.append(probe)
        try board?.curves.log(probe)
        progress.note(
            "\(probe.stage), step \(probe.step): probe \(probe.probe), accuracy "
                + "\(percent(probe.accuracy)), the mean of \(counted(probe.accuracies.count, "file"))"
        )
    }

    /// Prints an evaluation's mean.
    func note(_ evaluation: EvaluationRecord) {
        let loss = decimal(evaluation.meanLoss, places: 3)
        let moment = evaluation.isStageEnd ? "end of \(evaluation.stage)" : evaluation.stage
        progress.note(
            "\(moment), step \(evaluation.step): held-out loss \(loss), the mean of "
                + counted(evaluation.losses.count, "language"))
    }

    /// Starts an event file in the stage's folder: variants count the same steps, so TensorBoard
    /// shows each stage as a run of its own.
    private mutating func open(_ stage: String, startStep: Int) throws {
        let writer = try TensorBoardWriter(
            folder: folder.tensorBoard + "/" + stage, startStep: startStep)
        if let repair = writer.repair { warn(repair) }
        board = (stage, TrainingBoard(writer, groups: groups))
    }

    /// Starts the curves of a stage with the end of the stage before, from which they go on.
    private mutating func open(_ stage: String, continuing parent: Stage, at step: Int) throws {
        let history = try RunHistory(path: folder.metrics)
        let last = history.steps(of: parent.name).last
        try open(stage, startStep: min(last?.step ?? step, step))
        try board?.curves.begin(recipe: recipe, step: step)
        if let last { try board?.curves.join(last) }
        let end = history.evaluations.last { $0.stage == parent.name && $0.isStageEnd }
        if let end { try board?.curves.log(end) }
    }

    /// Logs what a finished stage has read.
    mutating func log(_ stage: StageRecord) throws {
        try metrics.append(stage)
    }

    /// Prints `text` on lines of its own.
    func note(_ text: String) {
        progress.note(text)
    }

    /// Writes the logs to the disk and returns the length of `metrics.jsonl`.
    func synchronize() throws -> Int {
        try board?.curves.flush()
        return try metrics.synchronize()
    }
}
