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
    public var maximumPositions: Int
    /// Added to the variance in every norm.
    public var normEpsilon: Float
    /// Layer i is global where i is a multiple of this, local elsewhere.
    public var globalAttentionEveryNLayers: Int
    /// The type of every layer where they follow no such period; nil where they do.
    public var layerTypes: [LayerType]?
    /// Width of the local window in tokens: a token sees |i − j| ≤ `localAttention` / 2.
    public var localAttention: Int
    /// Base of the rotary frequencies in global layers (θ).
    public var globalRotaryBase: Double
    /// Base of the rotary frequencies in local layers (θ).
    public var localRotaryBase: Double
    /// Probability of dropping an element of the attention's output in training. Not part of
    /// Hugging Face's configuration: used in training, never written to `config.json`.
    public var attentionOutputDropout: Double
    /// Standard deviation σ of initial weights before the cut.
    public var initializerRange: Double
    /// Initial weights are cut at ± this many σ.
    public var initializerCutoffFactor: Double
    /// Id of the padding token, whose row of the table gets no gradient from the input side.
    public var padTokenID: Int
    /// Id of the token that ends a text.
    public var eosTokenID: Int
    /// Id of the token that begins a text.
    public var bosTokenID: Int
    /// Id of the unknown token.
    public var unknownTokenID: Int
    /// Id of the mask token.
    public var maskTokenID: Int
    /// Id of the token that stands for the whole text.
    public var clsTokenID: Int
    /// Id of the token that separates two texts.
    public var sepTokenID: Int

    /// A configuration; what is not given is as in mmBERT.
    public init(
        vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int,
        headCount: Int, maximumPositions: Int = 8192, normEpsilon: Float = 1e-5,
        globalAttentionEveryNLayers: Int = 3, layerTypes: [LayerType]? = nil,
        localAttention: Int = 128,
        globalRotaryBase: Double = 160_000, localRotaryBase: Double = 160_000,
        attentionOutputDropout: Double = 0.1, initializerRange: Double = 0.02,
        initializerCutoffFactor: Double = 2, padTokenID: Int = 0, eosTokenID: Int = 1,
        bosTokenID: Int = 2, unknownTokenID: Int = 3, maskTokenID: Int = 4, clsTokenID: Int = 2,
        sepTokenID: Int = 1
    ) {
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.maximumPositions = maximumPositions
        self.normEpsilon = normEpsilon
        self.globalAttentionEveryNLayers = globalAttentionEveryNLayers
        self.layerTypes = layerTypes
        self.localAttention = localAttention
        self.globalRotaryBase = globalRotaryBase
        self.localRotaryBase = localRotaryBase
        self.attentionOutputDropout = attentionOutputDropout
        self.initializerRange = initializerRange
        self.initializerCutoffFactor = initializerCutoffFactor
        self.padTokenID = padTokenID
        self.eosTokenID = eosTokenID
        self.bosTokenID = bosTokenID
        self.unknownTokenID = unknownTokenID
        self.maskTokenID = maskTokenID
        self.clsTokenID = clsTokenID
        self.sepTokenID = sepTokenID
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
