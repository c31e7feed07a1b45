import Curriculum
import Diagnostics

extension TrainerState {
    /// The largest count that a state may hold, of steps, tokens and bytes: far beyond any run, and
    /// so small that no sum of two leaves 64 bits.
    static let largestCount = 1 << 53

    /// Checks what does not depend on the recipe: that no count is negative or beyond
    /// `largestCount`, that the stage's counts are parts of the run's, that names are names.
    ///
    /// - Parameter path: the file that the error names.
    /// - Throws: `InputError` that names the key.
    func validate(at path: String) throws {
        var counts = [("stage", stage), ("metrics_bytes", metricsBytes)]
        if let stageEnd { counts.append(("stage_end.metrics_bytes", stageEnd.metricsBytes)) }
        let sources = tokensBySource.enumerated().map { ("tokens_by_source[\($0)]", $1) }
        for (key, count) in counts + sources {
            try Self.require(
                (0...Self.largestCount).contains(count), path, key,
                expected: "a count from 0 to 2^53", found: "\(count)")
        }
        try Self.validate(clock, path, "clock")
        if let stageEnd { try Self.validate(stageEnd.clock, path, "stage_end.clock") }
        let names =
            completedStages.map(\.checkpoint) + (mergedCheckpoints ?? [])
            + [initialCheckpoint].compactMap(\.self)
        if let stray = names.first(where: { $0.isEmpty || $0.hasPrefix(".") || $0.contains("/") }) {
            try Self.require(
                false, path, "completed_stages", expected: "names of checkpoints",
                found: "\"\(stray)\"")
        }
    }

    /// Checks that no count of a clock is negative or beyond what a run may have, and that the
    /// stage's counts are parts of the run's.
    private static func validate(_ clock: TokenClock, _ path: String, _ name: String) throws {
        for (key, part, whole) in [
            ("step", clock.stageStep, clock.step),
            ("tokens", clock.stageTokens, clock.totalTokens),
        ] {
            let (total, most) =
                key == "step"
                ? (key, (number: TokenClock.mostSteps, text: "2^32 - 1"))
                : ("total_\(key)", (number: largestCount, text: "2^53"))
            for (key, count) in [("\(name).\(total)", whole), ("\(name).stage_\(key)", part)] {
                try require(
                    (0...most.number).contains(count), path, key,
                    expected: "a count from 0 to \(most.text)", found: "\(count)")
            }
            try require(
                part <= whole, path, "\(name).stage_\(key)",
                expected: "at most the run's \(whole)", found: "\(part)")
        }
    }

    /// Checks what the recipe decides: that there is such a stage, behind as many completed ones,
    /// and that it has that many sources.
    ///
    /// - Parameters:
    ///   - path: the checkpoint that the error names.
    ///   - sources: the sources of each of the recipe's stages.
    /// - Throws: `InputError` that names the key.
    public func validate(at path: String, sources: [Int]) throws {
        try Self.require(
            stage <= sources.count, path, "stage",
            expected: "0 to \(sources.count), as the recipe has \(sources.count) stages",
            found: "\(stage)")
        try Self.require(
            completedStages.count == stage, path, "completed_stages",
            expected: "\(stage), as many as there are before the present one",
            found: "\(completedStages.count)")
        guard stage < sources.count, clock.stageTokens > 0 else { return }
        try Self.require(
            tokensBySource.count == sources[stage], path, "tokens_by_source",
            expected: "\(sources[stage]) counts, one for each source of the stage",
            found: "\(tokensBySource.count)")
        try Self.require(
            lanes != nil, path, "lanes", expected: "cursors, as the stage has begun", found: "none")
    }

    private static func require(
        _ holds: Bool, _ path: String, _ key: String, expected: String, found: String
    ) throws {
        if holds { return }
        throw InputError(
            at: "\(path): \(key)", expected: expected, found: found,
            remedy: "The checkpoint is damaged: continue from another one.")
    }
}
