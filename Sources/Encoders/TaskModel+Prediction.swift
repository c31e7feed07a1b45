import Autograd
import PackedBatches
import TensorCore

extension TaskModel {
    /// The logits of many sequences, without gradients.
    ///
    /// Sequences are sorted by length and packed into batches. A sequence's logits depend on its
    /// batch only as far as products of other sizes round differently, about 1e-6 in fp32.
    ///
    /// - Parameters:
    ///   - budget: the most tokens that go through the encoder together, unless one sequence is
    ///     longer.
    ///   - progress: called after each batch with the tokens done so far; false ends it.
    /// - Returns: for each sequence its rows, of heads on sequences one; nil where `progress` ended
    ///   it.
    package func logits<Element: Activation>(
        of sequences: [TaskSequence], budget: Int, on tape: Tape<Element>,
        progress: (Int) -> Bool = { _ in true }
    ) -> [LogitRows]? {
        var results = [LogitRows](
            repeating: LogitRows(columns: outputCount, values: []), count: sequences.count)
        var done = 0
        for places in BatchPlan(lengths: sequences.map(\.ids.count), budget: budget).batches {
            let part = places.map { sequences[$0] }
            let batch = PackedBatch(part)
            let rows = task.kind == .tokens ? batch.rows(of: part) : nil
            var next = 0
            if rows?.isEmpty != true {
                let logits = logits(batch, rows: rows, on: tape).value
                let values = logits.elements
                for place in places {
                    let count = rowCount(of: sequences[place]) * logits.columns
                    results[place] = LogitRows(
                        columns: logits.columns, values: Array(values[next..<next + count]))
                    next += count
                }
            }
            done += batch.tokenCount
            guard progress(done) else { return nil }
        }
        return results
    }

    private var outputCount: Int { head == nil ? configuration.hiddenSize : task.labels.count }

    /// Rows of logits that a sequence has.
    private func rowCount(of sequence: TaskSequence) -> Int {
        switch task.kind {
        case .sequence, .choice, .vectors: 1
        case .tokens: sequence.rows.count
        case .answers: sequence.ids.count
        }
    }
}
