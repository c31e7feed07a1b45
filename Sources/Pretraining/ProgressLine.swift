import Reporting

/// What a person sees during a run: the figures of training in a status line.
package struct ProgressLine {
    /// The figures of one line.
    package struct State: Sendable {
        package var stage = ""
        package var stageTokens = 0
        package var stageTotal = 0
        package var loss = 0.0
        package var maskRatio = 0.0
        package var learningRate = 0.0
        package var languages = 0
        /// Tokens from here to the end of the last stage.
        package var tokensLeft = 0

        /// All figures 0.
        package init() {}
    }

    private let status: StatusLine
    private var speed = SmoothedSpeed()

    /// A line on standard error, or nowhere.
    init(isQuiet: Bool) {
        status = StatusLine(isQuiet ? .silent : .standardError, startsAtOnce: true)
    }

    /// Tokens per second, a moving average over about the last 20 steps.
    var tokensPerSecond: Double { speed.tokensPerSecond }

    /// Counts `tokens` that took `seconds`, and shows the state if a line is due.
    mutating func update(_ state: State, tokens: Int, seconds: Double) {
        speed.add(tokens: tokens, seconds: seconds)
        let tokensPerSecond = tokensPerSecond
        status.update { Self.line(state, tokensPerSecond: tokensPerSecond) }
    }

    /// Prints `text` on lines of its own, below the figures if they are shown.
    func note(_ text: String) {
        status.note(text)
    }

    /// One line of figures, such as `pretrain 1.2M of 4M · loss 5.123 · 6.1k tokens/s ·
    /// 8 min left · mask 30 % · lr 8.00e-4 · 60 languages`.
    package static func line(_ state: State, tokensPerSecond: Double) -> String {
        let left = Double(state.tokensLeft) / max(tokensPerSecond, 1e-9)
        return [
            // The last step may read a little more than the stage has.
            "\(state.stage) \(shortCount(min(state.stageTokens, state.stageTotal))) of "
                + shortCount(state.stageTotal),
            "loss \(decimal(state.loss, places: 3))",
            "\(shortCount(Int(tokensPerSecond))) tokens/s",
            "\(shortDuration(seconds: left)) left",
            "mask \(percent(state.maskRatio))",
            "lr \(scientific(state.learningRate))",
            counted(state.languages, "language"),
        ].joined(separator: " · ")
    }
}

/// An exponential moving average of tokens per second.
private struct SmoothedSpeed {
    private var tokens = 0.0
    private var seconds = 0.0

    var tokensPerSecond: Double { seconds > 0 ? tokens / seconds : 0 }

    mutating func add(tokens newTokens: Int, seconds newSeconds: Double) {
        tokens = 0.95 * tokens + Double(newTokens)
        seconds = 0.95 * seconds + newSeconds
    }
}
