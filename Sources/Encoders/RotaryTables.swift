import Layers
import PackedBatches
import TensorCore

/// The rotary tables in use, one per base, each as long as the longest sequence seen so far,
/// rounded up to a power of two.
final class RotaryTables {
    /// The bases of global and of local layers.
    var bases: (global: Double, local: Double)
    private let headSize: Int
    private var tables: [Double: RotaryTable] = [:]

    /// No tables yet.
    init(headSize: Int, bases: (global: Double, local: Double)) {
        (self.headSize, self.bases) = (headSize, bases)
    }

    /// A table of `base` for at least `positions` positions.
    private func table(base: Double, positions: Int) -> RotaryTable {
        if let table = tables[base], table.positions >= positions { return table }
        var length = 64
        while length < positions {
            length *= 2
        }
        let table = RotaryTable(base: base, headSize: headSize, positions: length)
        tables[base] = table
        return table
    }

    /// Where the sequences of a batch start, with tables for the longest of them.
    func layout(of batch: PackedBatch) -> SequenceLayout {
        let longest = (0..<batch.sequenceCount).map { batch.rows(ofSequence: $0).count }.max() ?? 0
        return SequenceLayout(
            cumulativeLengths: batch.cumulativeSequenceLengths,
            globalRotary: table(base: bases.global, positions: longest),
            localRotary: table(base: bases.local, positions: longest))
    }
}
