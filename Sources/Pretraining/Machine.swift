import Diagnostics
import Foundation
import Planning
import Recipes

/// What a run needs of the machine, and what there is.
struct Machine {
    /// Bytes of memory that this process may have at most; nil if nobody says.
    let memoryLimit: Int?
    /// Bytes that are free now, as far as the system can tell.
    let memoryAvailable: Int?
    /// The most memory that this process had so far.
    let peakMemory: Int?

    /// This machine, now.
    static var current: Machine {
        let memory = fields(of: "/proc/meminfo")
        // A container's limit, where there is one.
        let container = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
        let limit = container.flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return Machine(
            memoryLimit: [limit, memory["MemTotal"]].compactMap(\.self).min(),
            memoryAvailable: memory["MemAvailable"],
            peakMemory: fields(of: "/proc/self/status")["VmHWM"])
    }

    /// Lines such as `MemTotal: 24576 kB`, in bytes.
    private static func fields(of path: String) -> [String: Int] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var fields: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(whereSeparator: { $0 == ":" || $0 == " " || $0 == "\t" })
            if parts.count == 3, parts[2] == "kB", let count = Int(parts[1]) {
                fields[String(parts[0])] = count * 1024
            }
        }
        return fields
    }

    /// Checks that a step's memory, as the plan counts it, is there.
    ///
    /// - Throws: `InputError` if it is more than this machine may give.
    /// - Returns: a warning where it is more than is free now.
    func checkMemory(_ needed: Int, of recipe: String) throws -> String? {
        if let memoryLimit, needed > memoryLimit {
            throw InputError(
                at: recipe, expected: "a step that fits into \(gibibytes(memoryLimit)) of memory",
                found: "one of \(gibibytes(needed))",
                remedy: "Lower batch.microbatch, set activation_checkpointing: true, or use a "
                    + "larger machine; mmbert plan shows what takes how much.")
        }
        guard let memoryAvailable, needed > memoryAvailable else { return nil }
        return """
            a step needs about \(gibibytes(needed)) of memory, and \(gibibytes(memoryAvailable)) \
            are free now
            """
    }
}

/// `6.1 GiB`.
func gibibytes(_ bytes: Int) -> String { String(format: "%.1f GiB", Double(bytes) / 0x1p30) }
