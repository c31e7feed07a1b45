import Diagnostics
import Formats
import ModelFolders
import Recipes
import Tokenization

/// Which runs a suite consists of.
package struct SuitePlan: Sendable {
    package let recipe: SuiteRecipe
    /// The models, then what is measured without one.
    package let rows: [SuiteRow]

    /// Opens the models' folders.
    ///
    /// - Throws: `InputError` for a folder that is no model, or has no tokenizer.
    package init(_ recipe: SuiteRecipe) throws {
        self.recipe = recipe
        for task in recipe.tasks { try task.checkVectorMetric() }
        var tokenizers: [(bytes: [UInt8], model: SuiteRecipe.Model)] = []
        for model in recipe.models {
            let folder = try ModelFolder(path: model.folder)
            if let problem = folder.tokenizerProblem { throw problem }
            guard let tokenizer = folder.tokenizer else {
                throw InputError(
                    at: model.folder, expected: "tokenizer.model or tokenizer.json, to read texts",
                    found: "no tokenizer", remedy: "Put the model's tokenizer into the folder.")
            }
            if !tokenizers.contains(where: { $0.bytes == tokenizer.bytes }) {
                tokenizers.append((tokenizer.bytes, model))
            }
        }
        var rows = recipe.models.map { SuiteRow(name: $0.name, content: .model($0)) }
        for baseline in recipe.baselines {
            switch baseline {
            case .majority: rows.append(SuiteRow(name: "majority", content: .majority))
            case .pieces:
                rows += tokenizers.map { _, model in
                    SuiteRow(
                        name: "piece counts"
                            + (tokenizers.count == 1 ? "" : " of \(model.name)"),
                        content: .pieces(of: model))
                }
            }
        }
        self.rows = rows
    }

    /// The runs of a row on a task, seeds outermost; none where a baseline does not fit the task.
    package func cells(of task: SuiteTask, row: SuiteRow) -> [SuiteCell] {
        guard let model = row.model else {
            return recipe.baselineTask(of: task) == nil
                ? [] : [SuiteCell(task: task, row: row, seed: nil, point: 0)]
        }
        return seeds(of: task, model).flatMap { seed in
            task.points.indices.map { SuiteCell(task: task, row: row, seed: seed, point: $0) }
        }
    }

    /// The runs of a task: those of baselines first, then those of the models, seeds outermost.
    package func cells(of task: SuiteTask) -> [SuiteCell] {
        let baselines = rows.filter { $0.model == nil }.flatMap { cells(of: task, row: $0) }
        let models = rows.filter { $0.model != nil }.flatMap { cells(of: task, row: $0) }
        let seeds = recipe.seeds.map(Optional.some) + [nil]
        return baselines + seeds.flatMap { seed in models.filter { $0.seed == seed } }
    }

    /// The seeds of a model on a task: none where all would give the same.
    private func seeds(of task: SuiteTask, _ model: SuiteRecipe.Model) -> [UInt64?] {
        let isFixed =
            (task.kind == .probe || task.kind.measuresVectors) && task.startsFrom == nil
            && !model.startsAtRandom
        return isFixed ? [nil] : recipe.seeds
    }

    /// The run whose model a run starts from; nil for one that starts from the suite's model.
    ///
    /// - Parameter best: the combination of the start's task that is started from.
    func start(of cell: SuiteCell, best: (SuiteTask) -> Int?) -> SuiteCell? {
        guard cell.row.model != nil, let start = cell.task.startsFrom.flatMap({ recipe[task: $0] }),
            let point = best(start)
        else { return nil }
        return SuiteCell(task: start, row: cell.row, seed: cell.seed, point: point)
    }
}

extension SuiteRecipe {
    /// The task whose training files a baseline learns from: the task itself, or the one that it
    /// starts from where it has none; nil where there is no baseline for it.
    func baselineTask(of task: SuiteTask) -> SuiteTask? {
        let recipe = task.recipe
        guard !task.kind.measuresVectors else { return nil }
        let hasClasses = recipe.task == .text || recipe.task == .pair || recipe.task == .tokens
        guard hasClasses, recipe.objective == .oneLabel else { return nil }
        return line(of: task).first { $0.kind != .measure }
    }
}
