import Formats
import Recipes
import Reporting
import Runs

/// One logged step of fine-tuning, as it stands in `metrics.jsonl`.
struct FinetuneStepRecord: Encodable {
    private(set) var type = "step"
    let step: Int
    let epoch: Double
    let loss: Double
    let gradientNorm: Double
    let learningRate: Double
    /// Tokens of the step.
    let tokens: Int
    var tokensPerSecond = 0.0
    var time: Double?

    init(
        step: Int, epoch: Double, loss: Double, gradientNorm: Double, learningRate: Double,
        tokens: Int
    ) {
        (self.step, self.epoch, self.loss) = (step, epoch, loss)
        (self.gradientNorm, self.learningRate) = (gradientNorm, learningRate)
        self.tokens = tokens
    }
}

/// Who hears what a run tells that is one of several, in place of standard error.
package struct FinetuneListener: Sendable {
    /// Hears how far it is.
    package let update: @Sendable (_ line: () -> String) -> Void
    /// Hears what is to be warned of.
    package let warn: @Sendable (_ text: String) -> Void

    package init(
        update: @escaping @Sendable (_ line: () -> String) -> Void,
        warn: @escaping @Sendable (_ text: String) -> Void
    ) {
        (self.update, self.warn) = (update, warn)
    }
}

/// Everything a fine-tuning run reports: the progress line, `metrics.jsonl`, TensorBoard.
struct FinetuneMonitor {
    private let status: StatusLine
    private let isQuiet: Bool
    private let listener: FinetuneListener?
    private let metrics: MetricLog
    private let board: TensorBoardWriter
    /// Steps between two lines of the log.
    private static let interval = 10
    /// Of about the last 20 steps.
    private var tokens = 0.0
    private var seconds = 0.0
    private var steps = 0.0
    private var lastValue: String?

    /// Continues the logs where `state` left them.
    init(
        folder: RunFolder, recipe: FinetuneRecipe, state: FinetuneState, options: FinetuneOptions
    ) throws {
        (isQuiet, listener) = (options.isQuiet, options.listener)
        let isSilent = isQuiet || listener != nil
        status = StatusLine(isSilent ? .silent : .standardError, startsAtOnce: true)
        metrics = try MetricLog(path: folder.metrics, keepingBytes: state.metricsBytes) {
            ($0.step ?? 0) > state.step
        }
        board = try TensorBoardWriter(folder: folder.tensorBoard, startStep: state.step + 1)
        if state.step == 0 {
            try board.text("recipe", "```yaml\n\(recipe.resolvedYAML())```", step: 0)
        }
        if let repair = metrics.repair { warn(repair) }
    }

    /// Logs a step, and updates the progress line.
    mutating func log(_ step: FinetuneStepRecord, of total: Int, seconds: Double) throws {
        tokens = 0.95 * tokens + Double(step.tokens)
        self.seconds = 0.95 * self.seconds + seconds
        steps = 0.95 * steps + 1
        let speed = tokens / max(self.seconds, 1e-9)
        let value = lastValue.map { " · \($0)" } ?? ""
        let left = Double(total - step.step) * self.seconds / steps
        let line = {
            [
                "step \(grouped(step.step)) of \(grouped(total))",
                "epoch \(decimal(step.epoch, places: 2))",
                "loss \(decimal(step.loss, places: 4))", "lr \(scientific(step.learningRate))",
                "\(shortCount(Int(speed))) tokens/s",
                "\(shortDuration(seconds: left)) left",
            ].joined(separator: " · ") + value
        }
        if let listener { listener.update(line) } else { status.update(line) }
        guard step.step % Self.interval == 0 || step.step == total else { return }
        var step = step
        (step.tokensPerSecond, step.time) = (speed, recordedTime())
        try metrics.append(step)
        let scalars = [
            ("loss/train", step.loss), ("optimizer/learning_rate", step.learningRate),
            ("optimizer/gradient_norm", step.gradientNorm), ("speed/tokens_per_second", speed),
        ]
        for (tag, value) in scalars { try board.scalar(tag, value, step: step.step) }
    }

    /// Logs a measurement of the development set.
    mutating func log(_ measurement: FinetuneMeasurement) throws {
        try metrics.append(measurement)
        for (name, table) in measurement.files.sorted(by: { $0.key < $1.key }) {
            for (metric, value) in table.sorted(by: { $0.key < $1.key }) {
                try board.scalar("\(name)/\(metric)", value, step: measurement.step)
            }
        }
        try board.flush()
        let value = measurement.value.map { decimal(100 * $0, places: 1) } ?? "undefined"
        lastValue = "dev \(measurement.metric) \(value)"
        note(
            """
            step \(grouped(measurement.step)), epoch \(decimal(measurement.epoch, places: 2)): \
            train loss \(decimal(measurement.trainLoss, places: 4)), dev \(measurement.metric) \
            \(value)
            """)
    }

    /// Prints `text` on lines of its own.
    func note(_ text: String) { status.note(text) }

    /// Warns, also a quiet run.
    func warn(_ text: String) {
        if let listener { return listener.warn(text) }
        if isQuiet { tell("warning: \(text)") } else { status.note("warning: \(text)") }
    }

    /// Shows the scores of a finished run.
    func show(_ scores: FinetuneScores) {
        guard listener == nil else { return }
        for line in scores.table.lines() { tell(line) }
    }

    /// Ends the progress line.
    func end() { status.finish() }

    /// Writes everything to the disk and returns the length of the metrics file in bytes.
    func synchronize() throws -> Int {
        try board.flush()
        return try metrics.synchronize()
    }
}

extension FinetuneScores {
    /// The main metrics of every file, as text.
    package var table: TextTable {
        let metrics =
            files.values.first { !$0.metrics.isEmpty }.map { file in
                ([metric].compactMap(\.self) + file.metrics.keys.sorted()).uniqued
            } ?? []
        var table = TextTable(columns: [.left, .right] + metrics.map { _ in .right })
        table.add([" ", "scored"] + metrics)
        for (name, file) in files.sorted(by: { $0.key < $1.key }) {
            table.add(
                [name, grouped(file.scored)]
                    + metrics.map { metric in
                        file.metrics[metric].map { decimal(100 * $0, places: 1) } ?? "–"
                    })
        }
        return table
    }
}

extension [String] {
    /// Each once, where it comes first.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
