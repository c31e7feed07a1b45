import Encoders
import PackedBatches
import Randomness

/// Which training step is measured.
public struct StepShape: Sendable, Codable {
    /// The model's size by name.
    public enum Size: String, Codable, Sendable, CaseIterable {
        /// 4 layers of 128 columns.
        case tiny
        /// mmBERT small: 22 layers of 384 columns.
        case small
        /// mmBERT base: 22 layers of 768 columns.
        case base
    }

    /// The model's size.
    public var size: Size
    /// Words of the vocabulary.
    public var vocabulary: Int
    /// Tokens of a sequence, or their limit where lengths vary.
    public var context: Int
    /// Sequences of a batch.
    public var sequences: Int
    /// Whether lengths vary: normal with mean context / 2 and deviation context / 8, from 8 on.
    public var variesLengths: Bool
    /// The share of tokens that is masked and scored.
    public var maskRatio: Double

    /// A step of that shape.
    public init(
        size: Size, vocabulary: Int = 256_000, context: Int, sequences: Int,
        variesLengths: Bool = false, maskRatio: Double
    ) {
        self.size = size
        self.vocabulary = vocabulary
        self.context = context
        self.sequences = sequences
        self.variesLengths = variesLengths
        self.maskRatio = maskRatio
    }

    /// The model.
    public var configuration: ModernBERTConfiguration {
        let (hidden, heads, layers, intermediate) =
            switch size {
            case .tiny: (128, 2, 4, 256)
            case .small: (384, 6, 22, 1152)
            case .base: (768, 12, 22, 1152)
            }
        return ModernBERTConfiguration(
            vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: intermediate,
            layerCount: layers, headCount: heads
        ) { $0.maximumPositions = max(context, $0.maximumPositions) }
    }

    /// The batch of one step: random words, some of them masked. Lengths differ from step to step
    /// where they vary.
    package func batch(step: Int) -> PackedBatch {
        let words = CounterGenerator(seed: 0, purpose: "benchmark words")
        let stream = UInt64(step)
        let lengths = (0..<sequences).map { length(ofSequence: $0, step: step) }
        let tokens = lengths.reduce(0, +)
        var ids = [Int32](repeating: Self.maskID, count: tokens)
        var labels = [Int32](repeating: PackedBatch.ignoredLabel, count: tokens)
        let threshold = UInt32(min(maskRatio, 1) * Double(UInt32.max))
        for token in 0..<tokens {
            let draws = words.words(at: UInt64(token), stream: stream)
            let word = Self.firstWord + Int32(draws[0] % UInt32(vocabulary - Int(Self.firstWord)))
            // The first token is scored in any case, so that there is a loss.
            if draws[1] < threshold || token == 0 {
                labels[token] = word
            } else {
                ids[token] = word
            }
        }
        return PackedBatch(tokenIDs: ids, labels: labels, lengths: lengths)
    }

    /// The id of what stands in a masked word's place, and the first id of a word.
    private static let (maskID, firstWord): (Int32, Int32) = (4, 5)

    private func length(ofSequence sequence: Int, step: Int) -> Int {
        guard variesLengths else { return context }
        let lengths = CounterGenerator(seed: 0, purpose: "benchmark lengths")
        let normal = lengths.normals(at: UInt64(sequence), stream: UInt64(step)).0
        let length = (0.5 + normal / 8) * Double(context)
        return min(context, max(min(8, context), Int(length)))
    }

    /// Useful operations of one step on `batch`.
    func operations(of batch: PackedBatch) -> OperationCount {
        configuration.operations(
            sequenceLengths: (0..<batch.sequenceCount).map { batch.rows(ofSequence: $0).count },
            scoredTokens: batch.scoredTokenCount)
    }
}
