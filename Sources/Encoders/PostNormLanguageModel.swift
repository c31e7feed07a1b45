import Autograd
import Layers

/// XLM-RoBERTa or BERT with the masked-language-modelling head, whose decoder is the token table.
public final class PostNormLanguageModel: LanguageModel {
    /// The model's shape.
    public let configuration: PostNormConfiguration
    /// The encoder without the head.
    public let encoder: PostNormEncoder
    /// What comes before the decoder.
    public let head: PredictionHead
    /// The decoder's bias: `[vocabulary]`.
    public let decoderBias: Parameter

    /// A model of zeros with unit norms, to be filled from a folder.
    ///
    /// - Precondition: the configuration is valid.
    public init(configuration: PostNormConfiguration) {
        self.configuration = configuration
        encoder = PostNormEncoder(configuration)
        let names =
            configuration.family == .bert
            ? (
                "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm",
                "cls.predictions.bias"
            ) : ("lm_head.dense", "lm_head.layer_norm", "lm_head.bias")
        let hidden = configuration.hiddenSize
        head = PredictionHead(
            dense: Linear(prefix: names.0, inputs: hidden, outputs: hidden),
            norm: LayerNorm(
                prefix: names.1, columns: hidden, epsilon: configuration.normEpsilon))
        decoderBias = Parameter(name: names.2, count: configuration.vocabularySize)
    }
}
