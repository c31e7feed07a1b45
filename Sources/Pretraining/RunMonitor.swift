import Checkpoints
import Curriculum
import Diagnostics
import Formats
import Recipes
import Reporting
import Streaming

/// Everything a run reports while it trains: the progress line, `metrics.jsonl`, TensorBoard.
struct RunMonitor {
    private let metrics: MetricLog
    private let boards: String
    private var board: (stage: String, writer: TensorBoardWriter)?
    private let everySteps: Int
    private var progress: ProgressLine
    private var line = ProgressLine.State()

    /// Continues the logs where `state` left them.
    init(
        folder: RunFolder, state: TrainerState, everySteps: Int, quiet: Bool
    ) throws {
        metrics = try MetricLog(path: folder.metrics, keepingBytes: state.metricsBytes)
        boards = folder.tensorBoard
        self.everySteps = everySteps
        progress = ProgressLine(isQuiet: quiet)
    }

    /// Notes that `stage` begins, or resumes after `step` steps.
    mutating func begin(_ stage: Stage, after step: Int, languages: Int) throws {
        try open(stage.name, startStep: step + 1)
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
        try metrics.append(step)
        let scalars = [
            ("train/loss", step.loss), ("train/learning_rate", step.learningRate),
            ("train/mask_ratio", step.maskRatio), ("train/batch_tokens", Double(step.batchTokens)),
            ("train/gradient_norm", step.gradientNorm), ("train/tokens", Double(step.tokens)),
            ("speed/tokens_per_second", step.tokensPerSecond),
        ]
        for (tag, value) in scalars {
            try board?.writer.scalar(tag, value, step: step.step)
        }
    }

    /// Logs an evaluation and prints its mean.
    mutating func log(_ evaluation: EvaluationRecord) throws {
        try metrics.append(evaluation)
        if board?.stage != evaluation.stage {
            try open(evaluation.stage, startStep: evaluation.step)
        }
        try board?.writer.scalar("held_out/mean", evaluation.meanLoss, step: evaluation.step)
        for (language, loss) in evaluation.losses.sorted(by: { $0.key < $1.key }) {
            try board?.writer.scalar("held_out/\(language)", loss, step: evaluation.step)
        }
        try board?.writer.flush()
        let loss = decimal(evaluation.meanLoss, places: 3)
        let moment = evaluation.isStageEnd ? "end of \(evaluation.stage)" : evaluation.stage
        progress.note(
            "\(moment), step \(evaluation.step): held-out loss \(loss), the mean of "
                + counted(evaluation.losses.count, "language"))
    }

    /// Starts an event file in the stage's folder: variants count the same steps, so TensorBoard
    /// shows each stage as a run of its own.
    private mutating func open(_ stage: String, startStep: Int) throws {
        board = (stage, try TensorBoardWriter(folder: boards + "/" + stage, startStep: startStep))
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
        try board?.writer.flush()
        return try metrics.synchronize()
    }
}
