import Foundation

/// What the system says about this process's memory, in bytes.
public enum ProcessMemory {
    /// What is in memory now; nil where the system does not say.
    public static var residentBytes: Int? { field("VmRSS:") }

    /// The most that ever was in memory; nil where the system does not say.
    public static var peakBytes: Int? { field("VmHWM:") }

    /// A line such as `VmHWM:     4096 kB` of `/proc/self/status`.
    private static func field(_ name: String) -> Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first
            .flatMap { Int($0) }.map { $0 << 10 }
    }
}
