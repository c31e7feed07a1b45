import Layers
import PackedBatches
import TensorCore

/// The rotary tables in use, one per base, each as long as the longest sequence seen so far,
/// rounded up to a power of two.
struct RotaryTables {
    private var tables: [Double: RotaryTable] = [:]

    /// A table of `base` for at least `positions` positions.
    mutating func table(base: Double, headSize: Int, positions: Int) -> RotaryTable {
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
    mutating func layout(
        of batch: PackedBatch, in configuration: ModernBERTConfiguration
    ) -> SequenceLayout {
        let longest = (0..<batch.sequenceCount).map { batch.rows(ofSequence: $0).count }.max() ?? 0
        let headSize = configuration.headSize
        return SequenceLayout(
            cumulativeLengths: batch.cumulativeSequenceLengths,
            globalRotary: table(
                base: configuration.globalRotaryBase, headSize: headSize, positions: longest),
            localRotary: table(
                base: configuration.localRotaryBase, headSize: headSize, positions: longest))
    }
}
