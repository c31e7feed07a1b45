import Runs

/// What one run did so far, or several beside each other.
public struct Report: Sendable {
    /// The runs, in the order they were named.
    package let runs: [RunReading]

    /// Reads the runs in the folders at `paths`, of which there is at least one.
    ///
    /// - Throws: `InputError` for a folder that holds no run, or a recipe that cannot be read.
    public init(_ paths: [String]) throws {
        precondition(!paths.isEmpty, "Report: no runs")
        var runs = try paths.map(RunReading.init(path:))
        let names = runs.map(\.name)
        for index in runs.indices where names.count(where: { $0 == names[index] }) > 1 {
            runs[index].name = paths[index]
        }
        self.runs = runs
    }

    /// Whether there is one run only.
    var isOfOne: Bool { runs.count == 1 }

    /// The colour of a stage's curves, or of its run's where there are several runs; then variants
    /// differ by their dashes.
    func style(run: Int, stage: Int) -> String {
        guard !isOfOne else { return "s\(stage % 6)" }
        let stages = runs[run].stages
        guard stages[stage].variant != nil else { return "s\(run % 6)" }
        let place = stages[..<stage].count { $0.variant != nil }
        return "s\(run % 6)" + ["", " dashed", " dotted"][place % 3]
    }

    /// The colour of the merged model.
    func mergeStyle(run: Int) -> String {
        "s\((isOfOne ? runs[run].stages.count : run) % 6)"
    }
}
