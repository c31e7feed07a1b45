import Foundation

/// The control group (cgroup, version 1 or 2) that this process is in, with all groups around it.
package struct ControlGroup {
    /// Where the system shows its control groups.
    private let root: String
    /// The groups this process belongs to, as `/proc/self/cgroup` lists them.
    private let memberships: String

    /// The groups that `memberships` lists, below `root`.
    package init(root: String, memberships: String) {
        (self.root, self.memberships) = (root, memberships)
    }

    /// The groups of this process.
    package static var current: ControlGroup {
        ControlGroup(
            root: "/sys/fs/cgroup", memberships: contents(of: "/proc/self/cgroup") ?? "")
    }

    /// How many cores' time the group may use, by the tightest quota around it; nil for no limit.
    package var coreQuota: Double? {
        quotas(of: "cpu") { folder in
            quota(Self.contents(of: folder + "/cpu.max"))
        } version1: { folder in
            quota(
                Self.contents(of: folder + "/cpu.cfs_quota_us"),
                period: Self.contents(of: folder + "/cpu.cfs_period_us"))
        }.min()
    }

    /// Bytes of memory that the group may use, by the tightest limit around it; nil for no limit.
    package var memoryLimit: Int? {
        quotas(of: "memory") { folder in
            limit(Self.contents(of: folder + "/memory.max"))
        } version1: { folder in
            limit(Self.contents(of: folder + "/memory.limit_in_bytes"))
        }.min()
    }

    /// What the folders of all groups around this process say about `controller`.
    private func quotas<Quota>(
        of controller: String, version2: (_ folder: String) -> Quota?,
        version1: (_ folder: String) -> Quota?
    ) -> [Quota] {
        memberships.split(separator: "\n").flatMap { line -> [Quota] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let folders = Self.folders(from: String(parts[2]))
            if parts[1].isEmpty { return folders.compactMap { version2(root + $0) } }
            guard parts[1].split(separator: ",").contains(controller[...]) else { return [] }
            return folders.compactMap { version1("\(root)/\(controller)\($0)") }
        }
    }

    /// A group's folder and all around it, without the last slash: `/a/b`, `/a`, and the empty one.
    private static func folders(from path: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).reversed().map { names.prefix($0).map { "/" + $0 }.joined() }
    }

    private static func contents(of path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}

/// Cores of a `cpu.max`, such as `150000 100000` or `max 100000`.
private func quota(_ text: String?) -> Double? {
    let parts = (text ?? "").split(whereSeparator: \.isWhitespace)
    return parts.count == 2 ? quota(String(parts[0]), period: String(parts[1])) : nil
}

/// Cores of version 1's two files; a quota of -1 is no limit.
private func quota(_ quota: String?, period: String?) -> Double? {
    func number(_ text: String?) -> Double? {
        text.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else {
        return nil
    }
    return quota / period
}

/// Bytes of a `memory.max`, such as `2147483648` or `max`; version 1 writes nearly 2⁶³ for no
/// limit.
private func limit(_ text: String?) -> Int? {
    text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        .flatMap { $0 < 1 << 60 ? $0 : nil }
}
