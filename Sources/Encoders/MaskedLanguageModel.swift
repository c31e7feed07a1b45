import Autograd
import Host
import Layers
import TensorCore

/// ModernBERT with the masked-language-modelling head, whose decoder is the token table.
public final class MaskedLanguageModel: LanguageModel {
    /// The model's shape; the rotary bases change from phase to phase.
    public private(set) var configuration: ModernBERTConfiguration
    /// The encoder without the head.
    public let encoder: ModernBERT
    /// What comes before the decoder.
    public let head: PredictionHead
    /// The decoder's bias: `[vocabulary]`.
    public let decoderBias: Parameter

    /// A model of zeros with unit norms, to be filled from a checkpoint.
    ///
    /// - Precondition: the configuration is valid.
    public init(configuration: ModernBERTConfiguration) {
        precondition(
            configuration.hiddenSize % configuration.headCount == 0
                && configuration.headSize % 2 == 0,
            """
            MaskedLanguageModel: \(configuration.headCount) heads for \
            \(configuration.hiddenSize) columns
            """)
        self.configuration = configuration
        encoder = ModernBERT(configuration)
        head = PredictionHead(
            prefix: "head.", hiddenSize: configuration.hiddenSize,
            normEpsilon: configuration.normEpsilon)
        decoderBias = Parameter(name: "decoder.bias", count: configuration.vocabularySize)
    }

    /// A model with initial weights (`FullMegatronInitialization`), a function of the seed.
    ///
    /// - Parameter parallel: the threads that compute them; nil for all cores of this process.
    public convenience init(
        configuration: ModernBERTConfiguration, seed: UInt64, parallel: Parallel? = nil
    ) {
        self.init(configuration: configuration)
        initialize(seed: seed, parallel: parallel ?? Parallel(threads: Cores.usable))
    }

    /// Changes the bases of the rotary frequencies, as a phase with another context does.
    public func setRotaryBases(global: Double, local: Double) {
        configuration.globalRotaryBase = global
        configuration.localRotaryBase = local
        encoder.setRotaryBases(global: global, local: local)
    }
}
