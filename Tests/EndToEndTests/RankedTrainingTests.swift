import Formats
import Foundation
import Logging
import Pretraining
import Ranks
import Recipes
import Runs
import Synchronization
import TestSupport
import Testing

/// Ranks that are threads of this process: the whole way of a run over several machines, without
/// MPI. `RankedProgramTests` takes it with MPI.
@Suite("A run of several ranks")
struct RankedTrainingTests {
    @Test("ends with the bytes of one process", arguments: [2, 3, 4])
    func sameBytes(count: Int) throws {
        let reference = try RankedRun.reference()
        let run = try RankedRun(folder: TemporaryFolder())
        #expect(try run.train(ranks: count) == Array(repeating: 0, count: count))
        try run.run.expectEqual(to: reference.run)
    }

    @Test("ends with the bytes of one rank in bf16, widened where the processor has none")
    func inBFloat16() throws {
        let one = try RankedRun(folder: TemporaryFolder())
        let three = try RankedRun(folder: TemporaryFolder())
        for (run, count) in [(one, 1), (three, 3)] {
            _ = try run.train(ranks: count, overrides: ["precision=bf16"])
        }
        try three.run.expectEqual(to: one.run)
        let weights = try [one.run, RankedRun.reference().run].map {
            FileManager.default.contents(atPath: $0.path("model/model.safetensors"))
        }
        #expect(weights[0] != nil && weights[0] != weights[1])
    }

    @Test("goes on with another number of ranks to the same bytes")
    func otherNumbers() throws {
        let reference = try RankedRun.reference()
        let run = try RankedRun(folder: TemporaryFolder())
        for (count, steps) in [(4, 9), (1, 7), (2, 13), (3, 8)] {
            #expect(
                try run.train(ranks: count, stopAfter: .steps(steps))
                    == Array(repeating: 0, count: count))
        }
        _ = try run.train(ranks: 2)
        try run.run.expectEqual(to: reference.run)
    }

    @Test("keeps a quarter of the moments on each of four ranks")
    func shares() throws {
        let run = try RankedRun(folder: TemporaryFolder())
        _ = try run.train(ranks: 4, stopAfter: .steps(1))
        let record = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: run.run.path("run.json"))))
        let starts = try #require((record as? [String: Any])?["starts"] as? [[String: Any]])
        #expect(starts.first?["machines"] as? [String] == Array(repeating: "here", count: 4))
    }

    @Test("is refused, on all ranks alike, where there are more of them than lanes")
    func tooFewLanes() throws {
        let run = try RankedRun(folder: TemporaryFolder(), lanes: 2)
        let errors = run.errors(ranks: 3)
        let error = try #require(errors[0])
        for part in ["lanes", "at least as many lanes as ranks, 3", "found 2", "lanes: 3"] {
            #expect(error.contains(part), "\(error)")
        }
        #expect(errors.dropFirst().allSatisfy { $0 == nil })
    }

    @Test("is refused where a rank has another recipe")
    func otherRecipe() throws {
        let run = try RankedRun(folder: TemporaryFolder())
        let errors = run.errors(ranks: 3) { $0 == 2 ? ["seed=8"] : [] }
        let error = try #require(errors[0])
        for part in ["expected the same recipe on every rank", "another on rank 2 (here)"] {
            #expect(error.contains(part), "\(error)")
        }
    }

    @Test("is refused where a rank cannot open what the recipe names")
    func missingData() throws {
        let run = try RankedRun(folder: TemporaryFolder())
        let errors = run.errors(ranks: 3) { $0 == 1 ? ["tokenizer=nowhere"] : [] }
        let error = try #require(errors[0])
        for part in ["[rank 1 (here)]", "tokenizer", "nowhere"] {
            #expect(error.contains(part), "\(error)")
        }
    }
}

/// A small run with four lanes, trained by ranks that are threads.
struct RankedRun {
    let run: SmallRun
    private let holder: TemporaryFolder?

    /// The same run by one process, without ranks.
    static func reference() throws -> RankedRun { try finished.get() }

    private static let finished = Result {
        let folder = ProcessFolder.path("ranked")
        try Folder.create(folder)
        let data = try SmallData.shared().linked(into: folder, recipe: recipe(lanes: 4))
        let run = SmallRun(data: data, folder: Folder.join(folder, "run"))
        let ending = try run.train()
        try #require(ending.exitCode == 0, "\(ending.messages)")
        return RankedRun(run: run, holder: nil)
    }

    private init(run: SmallRun, holder: TemporaryFolder?) {
        (self.run, self.holder) = (run, holder)
    }

    /// A run that has not begun, in `folder`.
    init(folder: TemporaryFolder, lanes: Int = 4) throws {
        let data = try SmallData.shared().linked(
            into: folder.path, recipe: Self.recipe(lanes: lanes))
        self.init(run: SmallRun(data: data, folder: folder.path("run")), holder: folder)
    }

    private static func recipe(lanes: Int) -> String {
        SmallData.text.replacing("lanes: 2", with: "lanes: \(lanes)")
    }

    /// Trains, or goes on, with threads as ranks; the exit codes of all.
    func train(
        ranks count: Int, stopAfter: TrainingOptions.StopPoint? = nil, overrides: [String] = []
    ) throws -> [Int32] {
        try withThreadRanks(count, machines: Array(repeating: "here", count: count)) { ranks in
            try train(ranks, stopAfter: stopAfter, overrides: overrides)
        }
    }

    /// What each rank says is wrong, where it is started with overrides of its own.
    func errors(
        ranks count: Int, overrides: @escaping @Sendable (Int) -> [String] = { _ in [] }
    ) -> [String?] {
        let errors = Mutex([String?](repeating: nil, count: count))
        _ = try? withThreadRanks(count, machines: Array(repeating: "here", count: count)) { ranks in
            do {
                _ = try train(ranks, overrides: overrides(ranks.rank))
            } catch {
                errors.withLock { $0[ranks.rank] = "\(error)" }
            }
        }
        return errors.withLock { $0 }
    }

    private func train(
        _ ranks: RankGroup, stopAfter: TrainingOptions.StopPoint? = nil, overrides: [String] = []
    ) throws -> Int32 {
        var options = TrainingOptions(threads: 1)
        options.runFolder = run.folder
        options.quiet = true
        options.stopAfter = stopAfter
        options.ranks = ranks
        options.processor = .currentWithBFloat16
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (stopSignal, path) = (StopSignal(), run.data.recipe)
        let recipe = { try Recipe.read(path, overrides: overrides, scale: 1) }
        return try ranks.run { [options] in
            _ = try Trainer(
                recipe: recipe(), options: options, stopSignal: stopSignal, logger: logger
            ).run()
            return 0
        } follow: {
            try Follower.run(options: options, stopSignal: stopSignal, logger: logger, recipe)
        }
    }
}
