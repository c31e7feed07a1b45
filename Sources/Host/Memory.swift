import Foundation

/// What the system says about memory, in bytes; nil where it does not say.
public enum Memory {
    /// What this process holds now.
    public static var resident: Int? { ProcFile("/proc/self/status").bytes("VmRSS") }

    /// The most that this process ever held.
    public static var peak: Int? { ProcFile("/proc/self/status").bytes("VmHWM") }

    /// Begins to count `peak` anew, from what the process holds now.
    ///
    /// - Returns: whether the system does that.
    package static func resetPeak() -> Bool {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return false }
        defer { try? file.close() }
        return (try? file.write(contentsOf: Data("5".utf8))) != nil
    }

    /// The most that this process may hold: what the machine has, or what a control group around
    /// the process allows.
    public static var limit: Int? {
        [ControlGroup.current.memoryLimit, ProcFile("/proc/meminfo").bytes("MemTotal")]
            .compactMap(\.self).min()
    }

    /// What is free now, as far as the system can tell.
    public static var available: Int? { ProcFile("/proc/meminfo").bytes("MemAvailable") }
}
