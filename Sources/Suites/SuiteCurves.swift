import Finetuning
import Recipes

/// What was measured while the suite's models were trained.
package struct SuiteCurves {
    /// A run's development scores over the epochs.
    struct Curve {
        /// The model.
        let row: String
        let seed: UInt64?
        let points: [(epoch: Double, value: Double)]
    }

    private var curves: [String: [Curve]] = [:]

    /// The curves of all finished runs whose swept values are reported.
    package init(_ book: SuiteBook) throws {
        for task in book.plan.recipe.tasks where task.kind == .finetune {
            for row in book.plan.rows {
                let best = try book.bestPoint(of: task, row: row)
                for cell in book.plan.cells(of: task, row: row) where cell.point == best {
                    let measured = try book.scores(of: cell)?.measurements ?? []
                    let points = measured.compactMap { point in
                        point.value.map { (point.epoch, $0) }
                    }
                    guard points.count > 1 else { continue }
                    curves[task.name, default: []].append(
                        Curve(row: row.name, seed: cell.seed, points: points))
                }
            }
        }
    }

    /// The curves of a task.
    func curves(of task: String) -> [Curve] { curves[task] ?? [] }
}
