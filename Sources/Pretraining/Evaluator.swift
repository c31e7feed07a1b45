import Autograd
import Encoders
import PackedBatches
import Streaming
import TensorCore

/// Measures masked-LM loss on held-out text, language by language.
///
/// The masks are the same for every model and every phase, so that losses can be compared.
struct Evaluator {
    let heldOut: HeldOutSet
    let pool: BufferPool
    let parallel: Parallel

    /// Mean cross entropy in nats of the scored tokens of each language.
    func losses(of model: MaskedLanguageModel) -> [String: Double] {
        var sums = Array(repeating: 0.0, count: heldOut.languages.count)
        var counts = Array(repeating: 0, count: heldOut.languages.count)
        for batch in heldOut.batches {
            let tape = Tape(parallel: parallel, pool: pool, recording: false)
            let output = model.forward(batch, on: tape, dropout: nil, lossScale: 1)
            for (source, loss) in zip(batch.scoredSources, output.rowLosses) {
                sums[source] += Double(loss)
                counts[source] += 1
            }
        }
        let measured = heldOut.languages.indices.filter { counts[$0] > 0 }
        return Dictionary(
            uniqueKeysWithValues: measured.map {
                (heldOut.languages[$0], sums[$0] / Double(counts[$0]))
            })
    }
}

extension PackedBatch {
    /// The source of each scored row, in the order of `scoredRows`.
    fileprivate var scoredSources: [Int] {
        (0..<sequenceCount).flatMap { sequence in
            rows(ofSequence: sequence).lazy
                .filter { labels[$0] != Self.ignoredLabel }
                .map { _ in Int(sequenceSources[sequence]) }
        }
    }
}
