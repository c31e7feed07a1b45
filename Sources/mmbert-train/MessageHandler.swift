import Logging
import Reporting

/// Writes log messages to standard error as a person reads them: `warning: …`.
struct MessageHandler: LogHandler {
    /// Who speaks, where it is not rank 0: `[rank 3 (node018)] `.
    var speaker = ""
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        tell("\(speaker)\(event.level): \(event.message)")
    }
}
