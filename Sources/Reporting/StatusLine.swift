import Diagnostics
import Synchronization

/// What a program is doing: one line that is rewritten in place on a terminal, a line now and then
/// in a file or a pipe.
public final class StatusLine: Sendable {
    /// Where lines go.
    public enum Output: Sendable {
        /// A terminal, on which a line takes the place of the one before.
        case terminal
        /// A file or a pipe, in which lines stay.
        case log
        /// Nowhere.
        case silent

        /// What standard error is.
        public static var standardError: Output { StandardError.isTerminal ? .terminal : .log }
    }

    private struct State {
        var nextUpdate: ContinuousClock.Instant
        /// Whether the terminal shows a line that may be written over.
        var isOpen = false
    }

    private let output: Output
    private let interval: Duration
    private let write: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// A status line.
    ///
    /// - Parameters:
    ///   - output: where lines go.
    ///   - interval: the least time between updates; if nil, a fifth of a second on a terminal and
    ///     ten seconds elsewhere.
    ///   - startsAtOnce: whether the first update is shown, however soon it comes.
    ///   - write: what writes; standard error by default.
    public init(
        _ output: Output = .standardError, interval: Duration? = nil, startsAtOnce: Bool = false,
        write: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        self.output = output
        let interval = interval ?? (output == .terminal ? .milliseconds(200) : .seconds(10))
        self.interval = interval
        self.write = write
        state = Mutex(State(nextUpdate: startsAtOnce ? .now : .now + interval))
    }

    /// Shows a text, unless the last update is too recent; the text is made only if it is shown.
    public func update(_ text: () -> String) {
        guard output != .silent else { return }
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            guard now >= state.nextUpdate else { return false }
            state.nextUpdate = now + interval
            return true
        }
        if isDue { show(text()) }
    }

    /// Shows a text at once.
    public func show(_ text: String) {
        let text = visible(text)
        switch output {
        case .terminal:
            write(StandardError.clearedLine + text)
            state.withLock { $0.isOpen = true }
        case .log: write(text + "\n")
        case .silent: break
        }
    }

    /// Writes a message that stays, below the line if one is shown; the next update is due at once.
    public func note(_ message: String) {
        guard output != .silent else { return }
        keep()
        write(visible(message, keepsLines: true) + "\n")
        state.withLock { $0.nextUpdate = .now }
    }

    /// Ends the line, which stays.
    public func keep() {
        if close() { write("\n") }
    }

    /// Clears the line.
    public func finish() {
        if close() { write(StandardError.clearedLine) }
    }

    /// Whether a line was open, which from now on is not.
    private func close() -> Bool {
        state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
    }
}
