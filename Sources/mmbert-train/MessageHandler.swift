import Foundation
import Logging

/// Writes log messages to standard error as a person reads them: `warning: …`.
struct MessageHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        // On a terminal a progress line may be open, which the message takes the place of.
        let front = isatty(FileHandle.standardError.fileDescriptor) == 1 ? "\r\u{1B}[K" : ""
        FileHandle.standardError.write(
            Data("\(front)\(event.level): \(event.message)\n".utf8))
    }
}
