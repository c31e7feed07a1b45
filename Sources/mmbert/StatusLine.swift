import Foundation
import Synchronization

/// What a command is doing, on standard error: one line rewritten in place on a terminal, a line
/// every ten seconds elsewhere.
final class StatusLine: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let interval: Duration
    private let nextUpdate: Mutex<ContinuousClock.Instant>

    init() {
        interval = isTerminal ? .milliseconds(200) : .seconds(10)
        nextUpdate = Mutex(.now + interval)
    }

    /// Shows a text unless the last one is too fresh; the text is made only if it is shown.
    func update(_ text: () -> String) {
        let isDue = nextUpdate.withLock { next in
            guard ContinuousClock.now >= next else { return false }
            next = .now + interval
            return true
        }
        if isDue { show(text()) }
    }

    /// Clears the line on a terminal.
    func finish() {
        if isTerminal { write("\r\u{1b}[K") }
    }

    /// Shows a text at once.
    func show(_ text: String) {
        write(isTerminal ? "\r\u{1b}[K\(text)" : "\(text)\n")
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// A message to the person, on standard error.
func tell(_ message: String) {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
}
