import Foundation

/// How busy the machine is.
public enum LoadAverage {
    /// Processes that ran or waited for a core, on average over the last minute; nil where the
    /// system does not say.
    public static var lastMinute: Double? {
        let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
        return text?.split(separator: " ").first.flatMap { Double($0) }
    }
}
