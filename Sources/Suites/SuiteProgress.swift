import Diagnostics
import Finetuning
import Reporting
import Synchronization

/// Tells which run of how many is at work, how far it is, and how long the others take.
final class SuiteProgress: Sendable {
    private struct State {
        var done: Int
        var heading = ""
        var started = ContinuousClock.now
        /// Runs of models that are left, for whose time that of baselines says nothing.
        var left: Int
        /// Runs of models by this process, and the seconds that they took.
        var computed = 0
        var seconds = 0.0
        /// Warnings that were told.
        var told: Set<String> = []
        var task = ""
    }

    private let total: Int
    private let isQuiet: Bool
    private let status: StatusLine
    private let state: Mutex<State>

    /// Of `total` runs, of which `done` are finished, and `left` of models are not.
    init(total: Int, done: Int, left: Int, isQuiet: Bool) {
        (self.total, self.isQuiet) = (total, isQuiet)
        status = StatusLine(isQuiet ? .silent : .standardError, startsAtOnce: true)
        state = Mutex(State(done: done, left: left))
        if done > 0 { note("\(done) of \(counted(total, "run")) are finished") }
    }

    /// A run begins.
    func begin(_ cell: SuiteCell) {
        state.withLock { state in
            var parts = ["run \(min(state.done + 1, total)) of \(total)"]
            if state.computed > 0 {
                let perRun = state.seconds / Double(state.computed)
                parts.append(
                    shortDuration(seconds: perRun * Double(max(1, state.left))) + " left in all")
            }
            (state.heading, state.task) = (
                (parts + [cell.title]).joined(separator: " · "), cell.task.name
            )
            state.started = .now
        }
        update { "begins" }
    }

    /// How far the run is.
    func update(_ line: () -> String) {
        status.update { state.withLock { $0.heading } + " · " + line() }
    }

    /// A run ended with these scores.
    func finish(_ cell: SuiteCell, _ scores: CellScores?) {
        let took = state.withLock { state in
            let seconds = (ContinuousClock.now - state.started) / .seconds(1)
            state.done += 1
            if cell.row.model != nil {
                state.left -= 1
                state.computed += 1
                state.seconds += seconds
            }
            return seconds
        }
        let metric = cell.task.recipe.mainMetric
        let values = ["dev", "test"].compactMap { split in
            scores?.mean(of: metric, split: split).map {
                "\(split) \(metric) \(decimal(100 * $0, places: 1))"
            }
        }
        let collapse =
            cell.row.model != nil
                && scores?.isCollapsed(trainingLanguages: cell.task.trainingLanguages) == true
            ? ["collapsed to one label"] : []
        note(
            ([cell.title] + values + collapse + [shortDuration(seconds: took)])
                .joined(separator: " · "))
    }

    /// A run failed.
    func fail(_ cell: SuiteCell, _ message: String) {
        state.withLock { state in
            state.done += 1
            if cell.row.model != nil { state.left -= 1 }
        }
        warn("\(cell.title) failed: \(message)")
    }

    /// Says something that stays.
    func note(_ text: String) { status.note(text) }

    /// Warns, also where nothing else is told.
    func warn(_ text: String) {
        if isQuiet { tell("warning: \(text)") } else { status.note("warning: \(text)") }
    }

    /// What a fine-tuning run tells: each warning once for a task.
    var listener: FinetuneListener {
        FinetuneListener(
            update: { [self] line in update(line) },
            warn: { [self] text in
                let (task, isNew) = state.withLock { state in
                    (state.task, state.told.insert("\(state.task): \(text)").inserted)
                }
                if isNew { warn("\(task): \(text)") }
            })
    }

    /// Ends the line.
    func end() { status.finish() }
}
