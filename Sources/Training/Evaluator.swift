import Autograd
import Encoders
import Host
import PackedBatches
import Ranks
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
    private let ranks: RankGroup

    /// Measures on `heldOut` in `precision`, the batches dealt to `ranks`.
    package init(
        heldOut: HeldOutSet, precision: Precision, pool: BufferPool, parallel: Parallel,
        ranks: RankGroup = .alone()
    ) {
        self.heldOut = heldOut
        self.precision = precision
        self.pool = pool
        self.parallel = parallel
        self.ranks = ranks
    }

    /// Summed cross entropy of one batch: a quick look at whether a model works. Nil if nothing is
    /// held out.
    package func lossOfOneBatch(of model: MaskedLanguageModel) -> Double? {
        guard let batch = heldOut.batches.first else { return nil }
        return rowLosses(of: model, batch).reduce(0) { $0 + Double($1) }
    }

    /// Mean cross entropy in nats of the scored tokens of each language; nil if `stops` turns true
    /// on rank 0 between two batches, and on the other ranks.
    ///
    /// In each round every rank measures one batch; rank 0 adds the losses in the order of batches
    /// and rows, so that the sums are those of one process.
    package func losses(
        of model: MaskedLanguageModel, unless stops: () -> Bool = { false }
    ) throws -> [String: Double]? {
        var sums: [String: Double] = [:]
        var counts: [String: Double] = [:]
        for start in stride(from: 0, to: heldOut.batches.count, by: ranks.count) {
            guard try ranks.agree(unless: stops) else { return nil }
            let round = heldOut.batches[start...].prefix(ranks.count)
            let own = round.dropFirst(ranks.rank).first.map { rowLosses(of: model, $0) } ?? []
            guard ranks.isFirst else {
                try ranks.answer(numbers: own.map(Double.init))
                continue
            }
            var losses = try ranks.numbers(during: "an evaluation")
            losses[0] = own.map(Double.init)
            for (batch, losses) in zip(round, losses) {
                for (source, loss) in zip(batch.scoredRowSources, losses) {
                    let language = heldOut.languages[Int(source)]
                    sums[language, default: 0] += loss
                    counts[language, default: 0] += 1
                }
            }
        }
        return ranks.isFirst ? sums.merging(counts) { sum, count in sum / count } : nil
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
