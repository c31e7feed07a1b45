/// The shape of a ModernBERT encoder with its masked-LM head, and the ids of special tokens.
///
/// The fields of Hugging Face's `ModernBertConfig` that vary inside the family. What the family
/// fixes is not a field: exact GELU, weight-only norms, no biases but the decoder's, a decoder
/// tied to the token table.
public struct ModernBERTConfiguration: Sendable, Equatable {
    /// Rows of the token table and columns of the logits.
    public var vocabularySize: Int
    /// Columns of the residual stream.
    public var hiddenSize: Int
    /// Columns after the gated activation; `Wi` makes twice as many.
    public var intermediateSize: Int
    /// Number of encoder layers.
    public var layerCount: Int
    /// Number of attention heads; divides `hiddenSize`.
    public var headCount: Int
    /// The longest sequence, in tokens.
    public var maximumPositions = 8192
    /// Added to the variance in every norm.
    public var normEpsilon: Float = 1e-5
    /// Layer i is global where i is a multiple of this, local elsewhere.
    public var globalAttentionEveryNLayers = 3
    /// The type of every layer where they follow no such period; nil where they do.
    public var layerTypes: [LayerType]?
    /// Width of the local window in tokens: a token sees |i − j| ≤ `localAttention` / 2.
    public var localAttention = 128
    /// Base of the rotary frequencies in global layers (θ).
    public var globalRotaryBase: Double = 160_000
    /// Base of the rotary frequencies in local layers (θ).
    public var localRotaryBase: Double = 160_000
    /// Probability of dropping an element of the attention's output in training. Not part of
    /// Hugging Face's configuration: used in training, never written to `config.json`.
    public var attentionOutputDropout = 0.1
    /// Standard deviation σ of initial weights before the cut.
    public var initializerRange = 0.02
    /// Initial weights are cut at ± this many σ.
    public var initializerCutoffFactor: Double = 2
    /// Id of the padding token, whose row of the table gets no gradient from the input side.
    public var padTokenID = 0
    /// Id of the token that ends a text.
    public var eosTokenID = 1
    /// Id of the token that begins a text.
    public var bosTokenID = 2
    /// Id of the unknown token.
    public var unknownTokenID = 3
    /// Id of the mask token.
    public var maskTokenID = 4
    /// Id of the token that stands for the whole text.
    public var clsTokenID = 2
    /// Id of the token that separates two texts.
    public var sepTokenID = 1

    /// A configuration of these sizes; everything else is as in mmBERT.
    ///
    /// - Parameter change: sets what differs, such as `{ $0.localAttention = 64 }`.
    public init(
        vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int,
        headCount: Int, _ change: (inout ModernBERTConfiguration) -> Void = { _ in }
    ) {
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        change(&self)
    }

    /// Columns of one attention head.
    public var headSize: Int { hiddenSize / headCount }

    /// Whether layer `index` attends to whole sequences.
    public func isGlobal(layer index: Int) -> Bool {
        layerTypes.map { $0[index] == .global } ?? (index % globalAttentionEveryNLayers == 0)
    }

    /// How far a token of layer `index` sees, to either side; nil where it sees everything.
    public func window(ofLayer index: Int) -> Int? {
        isGlobal(layer: index) ? nil : localAttention / 2
    }
}
