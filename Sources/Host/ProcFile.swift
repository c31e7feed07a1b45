import Foundation

/// A file of `/proc` that holds lines such as `MemTotal:  24576 kB` or `model name : AMD EPYC`.
struct ProcFile {
    private let text: String

    /// The file at `path`; one without lines where it cannot be read.
    init(_ path: String) {
        text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// The value of the first line of this name.
    subscript(name: String) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }

    /// A value such as `24576 kB` in bytes.
    func bytes(_ name: String) -> Int? {
        let parts = self[name]?.split(separator: " ") ?? []
        guard parts.count == 2, parts[1] == "kB", let count = Int(parts[0]) else { return nil }
        return count << 10
    }
}
