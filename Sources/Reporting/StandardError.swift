import Diagnostics
import Foundation

/// Standard error, on which a program talks to the person who runs it; results are for standard
/// output.
public enum StandardError {
    /// Whether a person watches it: a terminal, on which a line can be written over.
    public static let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1

    /// On a terminal, goes to the beginning of the line and clears it.
    static let clearedLine = "\r\u{1b}[K"

    /// Writes `text` at once. Where nobody can read it (a closed terminal or pipe, a log on a full
    /// disk), it is lost, and the work goes on.
    public static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// Writes a message on a line of its own on standard error. On a terminal it takes the place of a
/// status line that is still there. Control characters in it are written as escapes, but for line
/// feeds.
public func tell(_ message: String) {
    let front = StandardError.isTerminal ? StandardError.clearedLine : ""
    StandardError.write("\(front)\(visible(message, keepsLines: true))\n")
}
