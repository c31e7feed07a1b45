import Foundation

/// Another rank of this machine, whose process this one can see.
struct Neighbour {
    let rank: Int
    let process: RankProcess
    /// Whether it was said that the process is stopped, and it has not run since.
    var isSaidToBeStopped = false

    init(rank: Int, process: RankProcess) {
        (self.rank, self.process) = (rank, process)
    }
}

/// A process of this machine: its number, and when it started, since numbers are given again.
package struct RankProcess: Equatable, Codable, Sendable {
    /// Whether a process goes on.
    package enum State: Equatable, Sendable { case runs, stopped, gone }

    /// The number by which it is seen.
    package let number: Int32
    /// When it started: clock ticks since the machine did.
    package let start: UInt64

    /// The process of this number; nil where there is none or `/proc` does not show it.
    package init?(number: Int32) {
        guard let entry = Self.entry(of: number) else { return nil }
        (self.number, start) = (number, entry.start)
    }

    /// This process.
    package static var current: RankProcess? { RankProcess(number: getpid()) }

    /// Whether the process goes on, as `/proc` says. One that has ended and waits for its parent is
    /// gone.
    package var state: State {
        guard let entry = Self.entry(of: number), entry.start == start else { return .gone }
        return switch entry.letter {
        case "T", "t": .stopped
        case "Z", "X", "x": .gone
        default: .runs
        }
    }

    /// State and start in `/proc/N/stat`; fields are counted behind the name, which may hold
    /// anything, in parentheses.
    private static func entry(of number: Int32) -> (letter: Substring, start: UInt64)? {
        guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
            let nameEnd = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[nameEnd...].split(separator: " ")
        guard fields.count > 20, let start = UInt64(fields[20]) else { return nil }
        return (fields[1], start)
    }
}
