import Checkpoints
import Formats
import Foundation
import Testing

/// A run folder, and the program that trains in it.
struct SmallRun: Sendable {
    let data: SmallData
    /// The run folder.
    let folder: String

    /// A run of the small recipe that was never stopped.
    static func reference() throws -> SmallRun { try finished.get() }

    /// A run that was stopped with several checkpoints, copied into `folder`.
    static func paused(copiedInto folder: String) throws -> SmallRun {
        let original = try stopped.get()
        try FileManager.default.copyItem(atPath: original.folder, toPath: folder)
        return SmallRun(data: original.data, folder: folder)
    }

    private static let finished = Result {
        let run = SmallRun(data: try .shared(), folder: ProcessFolder.path("reference"))
        let ending = try run.train()
        try #require(ending.exitCode == 0, "\(ending.messages)")
        return run
    }

    private static let stopped = Result {
        let run = SmallRun(data: try .shared(), folder: ProcessFolder.path("paused"))
        let ending = try run.train("--stop-after", "20steps")
        try #require(ending.exitCode == 0, "\(ending.messages)")
        return run
    }

    /// Trains, or goes on, until the program ends.
    func train(_ options: String...) throws -> RunningProgram.Ending {
        try Program.trainer.run(arguments(options))
    }

    /// Starts to train, or to go on.
    func start(_ options: String...) throws -> RunningProgram {
        try Program.trainer.start(arguments(options))
    }

    /// The command line.
    func arguments(_ options: [String]) -> [String] {
        ["--recipe", data.recipe, "--run", folder, "--threads", "2"] + options
    }

    /// The path of `name` in the run folder.
    func path(_ name: String) -> String { Folder.join(folder, name) }

    /// The checkpoints, oldest first. (A store would change the folder, which tests share.)
    func checkpoints() throws -> [Checkpoint] {
        try Folder.contents(of: path("checkpoints"))
            .map { path("checkpoints/\($0)") }.filter(Folder.isFolder)
            .map(Checkpoint.init(folder:)).sorted { $0.record.number < $1.record.number }
    }

    /// Lines of `metrics.jsonl` so far.
    var loggedLines: Int {
        FileManager.default.contents(atPath: path("metrics.jsonl"))?.count { $0 == 0x0a } ?? 0
    }

    /// `metrics.jsonl` as objects, without what depends on the clock.
    func metrics() throws -> [NSDictionary] {
        try String(contentsOfFile: path("metrics.jsonl"), encoding: .utf8)
            .split(separator: "\n").map { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
                var fields = try #require(object as? [String: Any])
                for field in [
                    "tokens_per_second", "time", "ranks", "exchange_seconds", "waiting_seconds",
                ] {
                    fields[field] = nil
                }
                return fields as NSDictionary
            }
    }

    /// Expects the same weights, moments, metrics and losses, to the bit, as in `other`.
    func expectEqual(to other: SmallRun, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let stageEnds = try other.checkpoints().filter(\.record.isProtected).map(\.name)
        let files =
            ["model/model.safetensors", "model/config.json", "model/tokenizer.json", "losses.md"]
            + stageEnds.flatMap { stage in
                ["model.safetensors", "trainer/optimizer.safetensors"].map {
                    "checkpoints/\(stage)/\($0)"
                }
            }
        for file in files {
            let mine = FileManager.default.contents(atPath: path(file))
            let theirs = FileManager.default.contents(atPath: other.path(file))
            #expect(
                mine != nil && mine == theirs, "\(file) differs in \(folder)",
                sourceLocation: sourceLocation)
        }
        let (mine, theirs) = (try metrics(), try other.metrics())
        #expect(mine.count == theirs.count, "metrics.jsonl", sourceLocation: sourceLocation)
        for (mine, theirs) in zip(mine, theirs) {
            #expect(mine == theirs, sourceLocation: sourceLocation)
        }
        let hidden = try Folder.contents(of: folder).filter { $0.hasPrefix(".") }
        #expect(hidden == [], "leftovers of interrupted writes", sourceLocation: sourceLocation)
    }
}

/// Expects that `ending` is one of the user's mistakes, told in a message with all of `parts`.
func expectMistake(
    _ ending: RunningProgram.Ending, _ parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(ending.exitCode == 2, "\(ending.messages)", sourceLocation: sourceLocation)
    for part in parts {
        #expect(
            ending.messages.contains(part), "lacks \(part): \(ending.messages)",
            sourceLocation: sourceLocation)
    }
}
