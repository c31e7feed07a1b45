import Finetuning
import Recipes

extension SuiteResults.Row {
    init(
        _ task: SuiteTask, _ row: SuiteRow, _ book: SuiteBook, of result: SuiteResults.Task
    ) throws {
        name = row.name
        isModel = row.model != nil
        let cells = book.plan.cells(of: task, row: row)
        sweep = []
        var best: Int? = 0
        if isModel, task.points.count > 1 {
            let (values, point) = try book.devMeans(of: task, row: row)
            let seeds = Set(cells.map(\.seed)).count
            sweep = zip(task.points, values).map { point, values in
                Point(
                    settings: Self.settings(of: point),
                    dev: SuiteMean(of: values, expected: seeds))
            }
            best = point
        }
        let chosen = best.map { point in cells.filter { $0.point == point } } ?? []
        settings = best.map { Self.settings(of: task.points[$0]) } ?? [:]
        expectedRuns = Set(cells.map(\.seed)).count
        runs = []
        var (cut, examples) = (0, 0)
        for cell in chosen {
            guard let scores = try book.scores(of: cell) else { continue }
            let files = scores.files(of: result.split)
            runs.append(
                Run(
                    cell, files.compactMapValues { $0.metrics[result.metric] },
                    intervals: task.kind == .finetune
                        ? nil : files.compactMapValues { $0.intervals[result.metric] },
                    isCollapsed: isModel
                        && scores.isCollapsed(trainingLanguages: result.trainingLanguages),
                    folder: try book.folder(of: cell)?.path ?? "", of: result))
            cut += files.values.reduce(0) { $0 + $1.cut }
            examples += files.values.reduce(0) { $0 + ($1.texts ?? $1.examples) }
        }
        let (runs, expected) = (runs, expectedRuns)
        languages = result.files.map { file in
            Language(
                name: file.name,
                value: SuiteMean(
                    of: runs.compactMap { $0.values[file.name] }, expected: expected,
                    resampled: runs.first?.intervals?[file.name]))
        }
        average = SuiteMean(
            of: runs.compactMap(\.average), expected: expected,
            resampled: result.files.count == 1
                ? runs.first?.intervals?[result.files[0].name] : nil)
        averageOfOthers = SuiteMean(of: runs.compactMap(\.averageOfOthers), expected: expected)
        transferGap = SuiteMean(of: runs.compactMap(\.transferGap), expected: expected)
        definedFiles = languages.count { language in
            !runs.isEmpty && runs.allSatisfy { $0.values[language.name] != nil }
        }
        cutShare = examples > 0 ? Double(cut) / Double(examples) : 0
        collapsedRuns = runs.count(where: \.isCollapsed)
    }

    private static func settings(of point: SuiteTask.Point) -> [String: String] {
        Dictionary(uniqueKeysWithValues: point.settings.map { ($0.key, $0.value) })
    }
}

extension SuiteResults.Row.Run {
    fileprivate init(
        _ cell: SuiteCell, _ values: [String: Double], intervals: [String: [Double]]?,
        isCollapsed: Bool, folder: String, of result: SuiteResults.Task
    ) {
        seed = cell.seed
        (self.values, self.intervals) = (values, intervals)
        (self.isCollapsed, self.folder) = (isCollapsed, folder)
        let names = result.files.map(\.name)
        func mean(where isIncluded: (String) -> Bool) -> Double? {
            Suites.mean(names.filter(isIncluded).compactMap { values[$0] })
        }
        average = mean { _ in true }
        let own = mean { result.trainingLanguages.contains($0) }
        let others = mean { !result.trainingLanguages.contains($0) }
        guard names.count > 1, let own, let others else { return }
        averageOfOthers = others
        transferGap = own - others
    }
}
