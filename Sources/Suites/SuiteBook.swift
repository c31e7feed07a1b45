import Finetuning
import Formats
import Measures
import Recipes
import Runs

/// What there is of a suite's runs: where each lies, what it ended with, which failed.
package final class SuiteBook {
    package let plan: SuitePlan
    private let folders: CellFolders
    private var found: [String: CellScores] = [:]
    private var identities: [String: String] = [:]
    private(set) var failures: [(cell: SuiteCell, message: String)] = []

    /// The runs below `folder`.
    package init(_ plan: SuitePlan, folder: String) {
        self.plan = plan
        folders = CellFolders(folder: folder)
    }

    /// The recipe of a run, without name and model.
    func recipe(of cell: SuiteCell) -> FinetuneRecipe {
        var recipe = cell.task.points[cell.point].recipe
        recipe.seed = cell.seed ?? recipe.seed
        recipe.startsAtRandom =
            cell.task.startsFrom == nil && (cell.row.model?.startsAtRandom ?? false)
        guard cell.row.model == nil || cell.task.kind != .finetune else { return recipe }
        // Nothing is trained: only what says which texts are read how counts.
        var plain = FinetuneRecipe()
        (plain.task, plain.data, plain.labels) = (recipe.task, recipe.data, recipe.labels)
        (plain.objective, plain.text, plain.pooling) = (
            recipe.objective, recipe.text, recipe.pooling
        )
        plain.startsAtRandom = recipe.startsAtRandom
        if cell.row.model != nil { plain.seed = recipe.seed }
        if cell.row.model == nil, let start = plan.recipe.baselineTask(of: cell.task) {
            plain.data.train = start.recipe.data.train
            plain.data.examples = start.recipe.data.examples
        }
        return plain
    }

    /// The run whose model a run starts from; nil for none, and where it is not known yet.
    func start(of cell: SuiteCell) throws -> SuiteCell? {
        let best = try cell.task.startsFrom.flatMap { plan.recipe[task: $0] }.flatMap {
            try bestPoint(of: $0, row: cell.row)
        }
        return plan.start(of: cell) { _ in best }
    }

    /// The hash of all that decides a run's result; nil where the run that it starts from is not
    /// known yet.
    func identity(of cell: SuiteCell) throws -> String? {
        if let identity = identities[cell.key] { return identity }
        var start: String?
        if cell.row.model != nil, cell.task.startsFrom != nil {
            guard let first = try self.start(of: cell) else { return nil }
            start = try identity(of: first)
            if start == nil { return nil }
        }
        let learned = cell.row.model == nil ? plan.recipe.baselineTask(of: cell.task) : nil
        let identity = try folders.identity(
            of: cell, recipe: recipe(of: cell), start: start, training: learned?.recipe)
        identities[cell.key] = identity
        return identity
    }

    /// The hash of the weights whose vectors a run measures; nil as `identity`.
    func vectorOrigin(of cell: SuiteCell) throws -> String? {
        guard let model = cell.row.model else { return nil }
        guard cell.task.startsFrom != nil else {
            return try folders.origin(of: model, start: nil)
        }
        return try start(of: cell).flatMap { try identity(of: $0) }
    }

    /// Where a run lies; nil as `identity`.
    package func folder(of cell: SuiteCell) throws -> RunFolder? {
        try identity(of: cell).map { RunFolder(path: folders.path(of: cell, identity: $0)) }
    }

    /// What a run ended with; nil for one that is not finished.
    package func scores(of cell: SuiteCell) throws -> CellScores? {
        if let scores = found[cell.key] { return scores }
        guard let path = try folder(of: cell)?.scores, try Folder.exists(path) else { return nil }
        let scores: CellScores = try JSONFile.read(path)
        found[cell.key] = scores
        return scores
    }

    /// Notes that a run failed.
    package func fail(_ cell: SuiteCell, _ message: String) { failures.append((cell, message)) }

    /// Whether a run failed.
    func hasFailed(_ cell: SuiteCell) -> Bool { failures.contains { $0.cell.key == cell.key } }

    /// The combination of a task's swept values whose mean on the development files is best; the
    /// first of equal ones. Nil before all runs are finished or have failed.
    package func bestPoint(of task: SuiteTask, row: SuiteRow) throws -> Int? {
        guard task.points.count > 1, row.model != nil else { return 0 }
        let cells = plan.cells(of: task, row: row)
        guard try cells.allSatisfy({ try scores(of: $0) != nil || hasFailed($0) }) else {
            return nil
        }
        return try devMeans(of: task, row: row).best
    }

    /// The mean over seeds of the metric on the development files, of each combination.
    func devMeans(
        of task: SuiteTask, row: SuiteRow
    ) throws -> (values: [[Double]], best: Int?) {
        let cells = plan.cells(of: task, row: row)
        let values = try task.points.indices.map { point in
            try cells.filter { $0.point == point }.compactMap {
                try scores(of: $0)?.mean(of: task.recipe.mainMetric, split: "dev")
            }
        }
        // A combination that failed with some seeds is no choice beside one that did not.
        let most = values.map(\.count).max() ?? 0
        var best: (point: Int, mean: Double)?
        for (point, values) in values.enumerated() where values.count == most && most > 0 {
            let mean = SeedMean(of: values).mean
            if best == nil || mean > best?.mean ?? 0 { best = (point, mean) }
        }
        return (values, best?.point)
    }
}
