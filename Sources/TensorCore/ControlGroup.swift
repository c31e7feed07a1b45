import Foundation

/// The control group (cgroup, version 1 or 2) that this process is in.
package enum ControlGroup {
    /// How many cores' time the group and those around it may use; nil for no limit.
    static func coreQuota(root: String = "/sys/fs/cgroup") -> Double? {
        let memberships = contents(of: "/proc/self/cgroup") ?? ""
        return memberships.split(separator: "\n").flatMap { line -> [Double] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isUnified = parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains("cpu") else { return [] }
            return folders(from: String(parts[2])).compactMap { folder in
                isUnified
                    ? quota(contents(of: root + folder + "/cpu.max"))
                    : quota(
                        contents(of: root + "/cpu" + folder + "/cpu.cfs_quota_us"),
                        period: contents(of: root + "/cpu" + folder + "/cpu.cfs_period_us"))
            }
        }.min()
    }

    /// A group's folder and all around it, without the last slash: `/a/b`, `/a`, and the empty one.
    private static func folders(from path: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).reversed().map { names.prefix($0).map { "/" + $0 }.joined() }
    }

    /// Of a `cpu.max`, such as `150000 100000` or `max 100000`.
    package static func quota(_ text: String?) -> Double? {
        let parts = (text ?? "").split(whereSeparator: \.isWhitespace)
        return parts.count == 2 ? quota(String(parts[0]), period: String(parts[1])) : nil
    }

    /// Of version 1's two files; a quota of -1 is no limit.
    package static func quota(_ quota: String?, period: String?) -> Double? {
        func number(_ text: String?) -> Double? {
            text.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else {
            return nil
        }
        return quota / period
    }

    private static func contents(of path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
