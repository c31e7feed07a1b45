import Foundation
import Recipes

/// What a person sees while a run goes on: one line that renews itself on a terminal, a line an
/// interval elsewhere.
package struct ProgressLine {
    /// Where lines go.
    enum Output {
        /// A terminal: the line is rewritten in place.
        case terminal
        /// A file or a pipe: a line every so many seconds.
        case log(secondsBetweenLines: Double)
        /// Nothing is printed.
        case silent
    }

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

    private let output: Output
    private var speed = SmoothedSpeed()
    private var lastLine: ContinuousClock.Instant?
    private var isLineOpen = false

    init(output: Output) {
        self.output = output
    }

    /// Tokens per second, a moving average over about the last 20 steps.
    var tokensPerSecond: Double { speed.tokensPerSecond }

    /// Counts `tokens` that took `seconds`, and shows the state if a line is due.
    mutating func update(_ state: State, tokens: Int, seconds: Double) {
        speed.add(tokens: tokens, seconds: seconds)
        let now = ContinuousClock.now
        let interval: Duration
        switch output {
        case .silent: return
        case .terminal: interval = .milliseconds(200)
        case .log(let seconds): interval = .seconds(seconds)
        }
        if let lastLine, now - lastLine < interval { return }
        lastLine = now
        write(Self.line(state, tokensPerSecond: tokensPerSecond))
    }

    /// Prints `text` on lines of its own, below the progress line if one is open.
    mutating func note(_ text: String) {
        if case .silent = output { return }
        closeLine()
        printToStandardError(text + "\n")
        lastLine = nil
    }

    /// Ends the line that is being rewritten.
    mutating func closeLine() {
        guard isLineOpen else { return }
        printToStandardError("\n")
        isLineOpen = false
    }

    private mutating func write(_ line: String) {
        if case .terminal = output {
            printToStandardError("\r\u{1B}[K" + line)
            isLineOpen = true
        } else {
            printToStandardError(line + "\n")
        }
    }

    /// One line of figures, such as
    /// `pretrain 1.2M of 4M · loss 5.123 · 6.1k tokens/s · 8 min left · mask 30 % · lr 8.00e-4 · 60 languages`.
    package static func line(_ state: State, tokensPerSecond: Double) -> String {
        let left = Double(state.tokensLeft) / max(tokensPerSecond, 1e-9)
        return [
            "\(state.stage) \(shortCount(state.stageTokens)) of \(shortCount(state.stageTotal))",
            String(format: "loss %.3f", state.loss),
            "\(shortCount(Int(tokensPerSecond))) tokens/s",
            "\(shortDuration(seconds: left)) left",
            String(format: "mask %g %%", (state.maskRatio * 1000).rounded() / 10),
            "lr \(scientific(state.learningRate))",
            "\(state.languages) languages",
        ].joined(separator: " · ")
    }
}

/// A number with three digits and the shortest exponent: `8.00e-4`.
private func scientific(_ value: Double) -> String {
    String(format: "%.2e", value).replacing(/e([-+])0(\d)$/) { "e\($0.1)\($0.2)" }
        .replacing("e+0", with: "")
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

/// Writes `text` to standard error at once.
func printToStandardError(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
}
