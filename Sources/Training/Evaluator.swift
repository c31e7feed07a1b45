import Autograd
import Encoders
import Host
import PackedBatches
import Streaming
import TensorCore

/// Measures masked-LM loss on held-out text, language by language.
///
/// The masks are the same for every model and every phase, so that losses can be compared.
package struct Evaluator {
    package let heldOut: HeldOutSet
    private let precision: Precision
    private let pool: BufferPool
    private let parallel: Parallel

    /// Measures on `heldOut` in `precision`.
    package init(
        heldOut: HeldOutSet, precision: Precision, pool: BufferPool, parallel: Parallel
    ) {
        self.heldOut = heldOut
        self.precision = precision
        self.pool = pool
        self.parallel = parallel
    }

    /// Summed cross entropy of one batch: a quick look at whether a model works. Nil if nothing is
    /// held out.
    package func lossOfOneBatch(of model: MaskedLanguageModel) -> Double? {
        guard let batch = heldOut.batches.first else { return nil }
        return rowLosses(of: model, batch).reduce(0) { $0 + Double($1) }
    }

    /// Mean cross entropy in nats of the scored tokens of each language; nil if `stops` turns true
    /// between two batches.
    package func losses(
        of model: MaskedLanguageModel, unless stops: () -> Bool = { false }
    ) -> [String: Double]? {
        var sums: [String: Double] = [:]
        var counts: [String: Double] = [:]
        for batch in heldOut.batches {
            if stops() { return nil }
            for (source, loss) in zip(batch.scoredRowSources, rowLosses(of: model, batch)) {
                let language = heldOut.languages[Int(source)]
                sums[language, default: 0] += Double(loss)
                counts[language, default: 0] += 1
            }
        }
        return sums.merging(counts) { sum, count in sum / count }
    }

    private func rowLosses(of model: MaskedLanguageModel, _ batch: PackedBatch) -> [Float] {
        switch precision {
        case .fp32: rowLosses(of: model, batch, on: tape(Float.self))
        case .bf16: rowLosses(of: model, batch, on: tape(BFloat16.self))
        }
    }

    private func tape<Element: Activation>(_: Element.Type) -> Tape<Element> {
        Tape(parallel: parallel, pool: pool, recording: false)
    }

    private func rowLosses<Element: Activation>(
        of model: MaskedLanguageModel, _ batch: PackedBatch, on tape: Tape<Element>
    ) -> [Float] {
        model.forward(batch, on: tape, dropout: nil, lossScale: 1).rowLosses
    }
}
