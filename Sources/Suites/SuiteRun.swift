import Diagnostics
import Finetuning
import Formats
import Foundation
import Recipes
import Reporting
import Runs

/// What the command line says beside the suite.
public struct SuiteOptions: Sendable {
    /// The suite's folder; `runs/NAME` if nil.
    public var folder: String?
    /// Worker threads; the number never changes a result.
    public var threads: Int
    /// The signals that end the suite; nil for none.
    public var stopSignal: StopSignal?
    /// The command line, for the record of runs.
    public var commandLine: [String] = []
    /// Whether nothing is told but warnings and failures.
    public var isQuiet = false

    /// Options for so many threads.
    public init(threads: Int) { self.threads = threads }
}

/// A suite at work: runs what is not finished yet, one after another, and puts the scores into
/// tables. A run that fails leaves its place empty; the others go on. What a signal interrupts, the
/// same command goes on with.
public final class SuiteRun {
    /// How a suite ended.
    public enum Outcome: Sendable, Equatable {
        /// All runs are finished, but for those that failed.
        case finished(failures: [String])
        /// A signal asked to stop; all is saved.
        case stopped(signal: Int32)
    }

    /// The suite's folder.
    public let folder: String
    package let book: SuiteBook
    let options: SuiteOptions
    private let progress: SuiteProgress
    private let lock: FileLock

    /// Opens the models and the suite's folder.
    ///
    /// - Throws: `InputError` for whatever a person can put right before anything is computed.
    public init(_ recipe: SuiteRecipe, _ options: SuiteOptions) throws {
        self.options = options
        let plan = try SuitePlan(recipe)
        let path = URL(fileURLWithPath: options.folder ?? "runs/\(recipe.name)")
        let runFolder = RunFolder(path: path.standardizedFileURL.path)
        folder = runFolder.path
        lock = try runFolder.open()
        let book = SuiteBook(plan, folder: Folder.join(folder, "cells"))
        self.book = book
        let cells = plan.recipe.ordered.flatMap(plan.cells(of:))
        // Finds files that are missing, and what is finished.
        let left = try cells.filter { cell in
            try book.identity(of: cell) == nil || book.scores(of: cell) == nil
        }
        progress = SuiteProgress(
            total: cells.count, done: cells.count - left.count,
            left: left.count { $0.row.model != nil }, isQuiet: options.isQuiet)
        try AtomicFile.write(recipe.resolvedYAML(), to: Folder.join(folder, "suite.yaml"))
    }

    /// The scores so far.
    public func results() throws -> SuiteResults { try SuiteResults(book) }

    /// Runs what is not finished, and writes tables and page.
    ///
    /// - Throws: `InputError` where results cannot be written.
    public func run() throws -> Outcome {
        for task in book.plan.recipe.ordered {
            for cell in book.plan.cells(of: task) {
                if let signal = options.stopSignal?.number { return try stop(signal) }
                if try book.scores(of: cell) != nil {
                    try tidy(cell, isNew: false)
                    continue
                }
                guard try run(cell) else { return try stop(options.stopSignal?.number ?? 0) }
                try write()
            }
        }
        try write()
        if book.plan.recipe.tasks.contains(where: \.kind.measuresVectors),
            let size = try vectors.size()
        {
            progress.note(
                "Vectors on disk: \(binaryBytes(size.bytes)) in \(folder)/vectors, which may be "
                    + "removed; keep_vectors: false keeps none.")
        }
        progress.end()
        return .finished(failures: book.failures.map { "\($0.cell.title): \($0.message)" })
    }

    /// The vectors of texts on disk.
    private var vectors: VectorCache { VectorCache(folder: Folder.join(folder, "vectors")) }

    private func stop(_ signal: Int32) throws -> Outcome {
        try write()
        progress.note(
            """
            Stopped by \(StopSignal.name(of: signal)). Saved. The same command goes on from here: \
            \(folder)
            """)
        return .stopped(signal: signal)
    }

    /// Runs a cell; false if a signal ended it before its end.
    private func run(_ cell: SuiteCell) throws -> Bool {
        var model = cell.row.model?.folder ?? ""
        if cell.row.model != nil, cell.task.startsFrom != nil {
            guard let start = try book.start(of: cell), let place = try book.folder(of: start),
                try book.scores(of: start) != nil
            else {
                let message = "the run that it starts from failed"
                progress.fail(cell, message)
                book.fail(cell, message)
                return true
            }
            // It may have been removed when nothing was to start from it, and is made again as it
            // was: from the model that it started from itself.
            if try !Folder.exists(place.model), try !run(start) { return false }
            model = place.model
        }
        return try compute(cell, from: model)
    }

    /// Computes a cell; false if a signal ended it before its end.
    private func compute(_ cell: SuiteCell, from model: String?) throws -> Bool {
        guard let place = try book.folder(of: cell) else { return true }
        progress.begin(cell)
        do {
            var recipe = book.recipe(of: cell)
            recipe.name = cell.task.name
            recipe.model = model ?? ""
            try removeOther(recipe, in: place)
            let isDone = try work(on: cell, recipe, in: place)
            guard isDone else { return false }
            try tidy(cell, isNew: true)
            progress.finish(cell, try book.scores(of: cell))
        } catch {
            book.fail(cell, "\(error)")
            progress.fail(cell, "\(error)")
        }
        return true
    }

    private func work(
        on cell: SuiteCell, _ recipe: FinetuneRecipe, in place: RunFolder
    ) throws -> Bool {
        guard cell.row.model != nil else {
            let task = book.plan.recipe.baselineTask(of: cell.task) ?? cell.task
            return try BaselineCell(cell, recipe, training: task.recipe, in: place)
                .run(threads: options.threads, stopSignal: options.stopSignal)
        }
        switch cell.task.kind {
        case .finetune:
            var options = FinetuneOptions(threads: options.threads)
            options.runFolder = place.path
            options.stopSignal = self.options.stopSignal
            options.commandLine = self.options.commandLine
            options.listener = progress.listener
            return try FinetuneRun(recipe, options).run() == .finished
        case .probe:
            return try ProbeCell(cell, recipe, in: place, progress: progress)
                .run(threads: options.threads, stopSignal: options.stopSignal)
        case .measure:
            return try MeasureCell(recipe, in: place, progress: progress)
                .run(threads: options.threads, stopSignal: options.stopSignal)
        default:
            return try VectorCell(
                cell, recipe, in: place, origin: book.vectorOrigin(of: cell) ?? "",
                cache: book.plan.recipe.keepsVectors ? vectors : nil, progress: progress,
                stopSignal: options.stopSignal
            ).run(threads: options.threads)
        }
    }

    /// Removes an unfinished run of the same content whose recipe names other places: it could not
    /// go on.
    private func removeOther(_ recipe: FinetuneRecipe, in place: RunFolder) throws {
        guard let bytes = try FileContents.readIfPresent(place.recipe),
            String(decoding: bytes, as: UTF8.self) != recipe.resolvedYAML()
        else { return }
        try AtomicFolder.remove(place.path)
    }

    /// Removes a finished run's checkpoints, and the model of a new one where no task starts from
    /// it. An earlier one's may have been kept for a task that is left out now.
    private func tidy(_ cell: SuiteCell, isNew: Bool) throws {
        guard let place = try book.folder(of: cell), try book.scores(of: cell) != nil else {
            return
        }
        AtomicFolder.discard(place.checkpoints)
        guard isNew else { return }
        let recipe = book.plan.recipe
        let isStart = recipe.tasks.contains { $0.startsFrom == cell.task.name }
        if !recipe.keepsModels, !isStart { AtomicFolder.discard(place.model) }
    }

    /// Writes the results so far.
    private func write() throws {
        let results = try results()
        try JSONFile.write(results, to: Folder.join(folder, "results.json"))
        try AtomicFile.write(results.markdown, to: Folder.join(folder, "tables.md"))
        try AtomicFile.write(
            results.page(curves: try SuiteCurves(book)), to: Folder.join(folder, "report.html"))
    }
}
