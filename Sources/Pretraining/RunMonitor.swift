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
    private let warn: (String) -> Void
    private var boards: String
    private var board: (stage: String, writer: TensorBoardWriter)?
    private let everySteps: Int
    private var progress: ProgressLine
    private var line = ProgressLine.State()

    /// Continues the logs of a run of `stages` where `state` left them.
    ///
    /// - Parameter warn: told of logs that were damaged and are mended.
    init(
        folder: RunFolder, stages: [Stage], state: TrainerState, everySteps: Int, quiet: Bool,
        warn: @escaping (String) -> Void
    ) throws {
        metrics = try MetricLog(path: folder.metrics, keepingBytes: state.metricsBytes) { place in
            guard let index = stages.firstIndex(where: { $0.name == place.stage }) else {
                return place.stage == EvaluationRecord.merge
            }
            guard index == state.stage else { return index > state.stage }
            return place.step.map { $0 > state.clock.step } ?? true
        }
        if let repair = metrics.repair { warn(repair) }
        boards = folder.tensorBoard
        self.everySteps = everySteps
        self.warn = warn
        progress = ProgressLine(isQuiet: quiet)
    }

    /// Goes on in `folder`, the same one under another name.
    mutating func follow(_ folder: RunFolder) { boards = folder.tensorBoard }

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
        let writer = try TensorBoardWriter(folder: boards + "/" + stage, startStep: startStep)
        if let repair = writer.repair { warn(repair) }
        board = (stage, writer)
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
