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
        numbers.isEmpty ? ofMachine : numbers.count
    }

    /// The numbers of those cores; none where the system does not tell.
    package static var numbers: [Int] {
        ProcFile("/proc/self/status")["Cpus_allowed_list"].flatMap(numbers(ofList:)) ?? []
    }

    /// Cores that the machine has.
    package static var ofMachine: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// The numbers of a list such as `0-3,8`; nil for what is not a list.
    package static func numbers(ofList list: String) -> [Int]? {
        var numbers: [Int] = []
        for range in list.split(separator: ",") {
            let ends = range.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
                return nil
            }
            numbers += first...last
        }
        return numbers.isEmpty ? nil : numbers
    }
}
