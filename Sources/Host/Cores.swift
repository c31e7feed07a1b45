import Foundation

/// The cores that this process may use.
public enum Cores {
    /// How many threads are of use: the cores of this process, or as many as its control group
    /// gives it the time of.
    public static var usable: Int { usable(of: available, quota: ControlGroup.current.coreQuota) }

    /// How many threads are of use on `cores` cores whose time is limited to that of `quota`.
    package static func usable(of cores: Int, quota: Double?) -> Int {
        min(cores, quota.map { max(1, Int($0.rounded(.up))) } ?? cores)
    }

    /// Cores that the system runs this process's threads on.
    package static var available: Int {
        ProcFile("/proc/self/status")["Cpus_allowed_list"].flatMap(count(ofList:)) ?? ofMachine
    }

    /// Cores that the machine has.
    package static var ofMachine: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// How many numbers a list such as `0-3,8` has; nil for what is not a list.
    package static func count(ofList list: String) -> Int? {
        var sum = 0
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
                return nil
            }
            sum += last - first + 1
        }
        return sum > 0 ? sum : nil
    }
}
