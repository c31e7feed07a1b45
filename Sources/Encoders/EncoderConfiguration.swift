import Layers

/// The shape of an encoder of any family: `ModernBERTConfiguration` or `PostNormConfiguration`.
public protocol EncoderConfiguration: Sendable {
    /// The family.
    var family: EncoderFamily { get }
    /// Rows of the token table and columns of the logits.
    var vocabularySize: Int { get set }
    /// Columns of the states.
    var hiddenSize: Int { get }
    /// Columns inside the feed-forward block.
    var intermediateSize: Int { get }
    /// Number of layers.
    var layerCount: Int { get }
    /// Number of attention heads; divides `hiddenSize`.
    var headCount: Int { get }
    /// The longest sequence, in tokens.
    var maximumPositions: Int { get }
    /// Token types; 1 where the encoder has no table of them.
    var tokenTypeCount: Int { get }
    /// Standard deviation of initial weights before the cut.
    var initializerRange: Double { get }
    /// Initial weights are cut at ± this many deviations.
    var initializerCutoffFactor: Double { get }
    /// Probability of dropping an element in training, where the family drops.
    var trainingDropout: Double { get set }
    /// Id of the padding token.
    var padTokenID: Int { get set }
    /// Id of the token that ends a text.
    var eosTokenID: Int { get }
    /// Id of the token that begins a text.
    var bosTokenID: Int { get }
    /// Id of the unknown token.
    var unknownTokenID: Int { get }
    /// Id of the mask token.
    var maskTokenID: Int { get }
    /// Id of the token that stands for the whole text.
    var clsTokenID: Int { get }
    /// Id of the token that separates two texts.
    var sepTokenID: Int { get }

    /// An encoder of zeros with unit norms.
    ///
    /// - Precondition: the configuration is valid.
    func makeEncoder() -> any TextEncoder

    /// A masked language model of zeros with unit norms.
    ///
    /// - Precondition: the configuration is valid.
    func makeLanguageModel() -> any LanguageModel

    /// A head of zeros for a task; nil where vectors are what is wanted.
    func makeHead(for task: TaskHead) -> ClassificationHead?
}
