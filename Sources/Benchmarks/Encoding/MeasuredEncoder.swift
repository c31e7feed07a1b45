import Autograd
import Encoders
import Host
import Layers
import PackedBatches
import Randomness
import TensorCore

/// An encoder whose speed is measured, with memory and threads of its own.
public final class MeasuredEncoder {
    /// What the report calls it.
    public let name: String
    let configuration: any EncoderConfiguration
    private let encoder: any TextEncoder
    private let precision: Precision
    private let parallel: Parallel
    private let pool = BufferPool()

    /// A model that was loaded.
    public init(
        _ model: any LanguageModel, name: String, precision: Precision, threads: Int
    ) {
        (configuration, encoder) = (model.configuration, model.encoder)
        (self.name, self.precision) = (name, precision)
        parallel = Parallel(threads: threads)
    }

    /// A model of a published shape with random weights.
    public init(_ shape: PublishedShape, precision: Precision, threads: Int) {
        configuration = shape.configuration
        encoder = configuration.makeEncoder()
        (name, self.precision) = (shape.rawValue, precision)
        parallel = Parallel(threads: threads)
        encoder.initialize(
            by: FullMegatronInitialization(
                seed: 0, deviation: configuration.initializerRange,
                cutoff: configuration.initializerCutoffFactor,
                layerCount: configuration.layerCount, parallel: parallel))
    }

    /// Trained numbers, without a head.
    var parameterCount: Int { encoder.parameters.reduce(0) { $0 + $1.count } }

    /// Random words of so many texts.
    func texts(_ lengths: [Int]) -> [[Int32]] {
        let words = CounterGenerator(seed: 0, purpose: "benchmark words")
        // Special tokens of all families lie below.
        let first = min(300, configuration.vocabularySize - 1)
        let count = UInt64(configuration.vocabularySize - first)
        return lengths.enumerated().map { text, length in
            (0..<length).map {
                Int32(first)
                    + Int32(words.integer(below: count, at: UInt64($0), stream: UInt64(text)))
            }
        }
    }

    /// A mean of states for every text, as `mmbert embed` makes it: sorted by length, packed into
    /// batches of at most `budget` tokens.
    func encode(_ texts: [[Int32]], budget: Int) {
        switch precision {
        case .fp32: encode(texts, budget, in: Float.self)
        case .bf16: encode(texts, budget, in: BFloat16.self)
        }
    }

    private func encode<Element: Activation>(
        _ texts: [[Int32]], _ budget: Int, in: Element.Type
    ) {
        let tape = Tape<Element>(parallel: parallel, pool: pool, recording: false)
        for places in BatchPlan(lengths: texts.map(\.count), budget: budget).batches {
            let batch = PackedBatch(sequences: places.map { texts[$0] })
            let states = encoder(batch, dropout: nil, on: tape)
            _ = tape.meanOfSequences(
                states, cumulativeSequenceLengths: batch.cumulativeSequenceLengths)
        }
    }
}
