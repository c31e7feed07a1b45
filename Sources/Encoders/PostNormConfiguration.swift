/// The shape of an encoder of the XLM-RoBERTa or BERT family.
public struct PostNormConfiguration: Sendable, Equatable {
    /// XLM-RoBERTa, RoBERTa or BERT: names of parameters, and heads.
    public let family: EncoderFamily
    /// Rows of the token table and columns of the logits.
    public var vocabularySize: Int
    /// Columns of the states.
    public var hiddenSize: Int
    /// Columns inside the feed-forward block.
    public var intermediateSize: Int
    /// Number of layers.
    public var layerCount: Int
    /// Number of attention heads; divides `hiddenSize`.
    public var headCount: Int
    /// Rows of the table of positions, `max_position_embeddings`.
    public var positionRows = 512
    /// The row of a sequence's first position: 0 in BERT; in RoBERTa behind that of padding, 2.
    public var firstPosition = 0
    /// Rows of the table of token types.
    public var tokenTypeCount = 2
    /// Added to the variance in every norm.
    public var normEpsilon: Float = 1e-12
    /// Probability of dropping an element of the embeddings and of each block's output in training.
    /// Not part of `config.json`. Probabilities of attention are not dropped.
    public var trainingDropout = 0.0
    /// What `config.json` says of both kinds of dropout, to be written again; what is dropped here is
    /// `trainingDropout`.
    public var hiddenDropout = 0.1, attentionDropout = 0.1
    /// Standard deviation σ of initial weights before the cut.
    public var initializerRange = 0.02
    /// Initial weights are cut at ± this many σ.
    public var initializerCutoffFactor: Double = 2
    /// Id of the padding token, whose row of the table gets no gradient from the input side.
    public var padTokenID = 0
    /// Id of the token that ends a text.
    public var eosTokenID = 102
    /// Id of the token that begins a text.
    public var bosTokenID = 101
    /// Id of the unknown token.
    public var unknownTokenID = 100
    /// Id of the mask token.
    public var maskTokenID = 103

    /// A configuration of these sizes; everything else is as the family has it.
    ///
    /// - Parameter change: sets what differs, such as `{ $0.positionRows = 8194 }`.
    public init(
        _ family: EncoderFamily, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int,
        layerCount: Int, headCount: Int, _ change: (inout PostNormConfiguration) -> Void = { _ in }
    ) {
        self.family = family
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        if family != .bert {
            (positionRows, firstPosition, tokenTypeCount) = (514, 2, 1)
            normEpsilon = 1e-5
            (bosTokenID, padTokenID, eosTokenID, unknownTokenID) = (0, 1, 2, 3)
            maskTokenID = vocabularySize &- 1
        }
        change(&self)
    }

    /// The longest sequence, in tokens.
    public var maximumPositions: Int { positionRows - firstPosition }

    /// Id of the token that stands for the whole text.
    public var clsTokenID: Int { bosTokenID }

    /// Id of the token that separates two texts.
    public var sepTokenID: Int { eosTokenID }
}

extension PostNormConfiguration {
    /// XLM-RoBERTa base (Conneau et al., 2020).
    public static let xlmRobertaBase = PostNormConfiguration(
        .xlmRoBERTa, vocabularySize: 250_002, hiddenSize: 768, intermediateSize: 3072,
        layerCount: 12, headCount: 12)

    /// Multilingual MiniLM-L12-H384 (Wang et al., 2020), the encoder of
    /// paraphrase-multilingual-MiniLM-L12-v2.
    public static let multilingualMiniLM = PostNormConfiguration(
        .bert, vocabularySize: 250_037, hiddenSize: 384, intermediateSize: 1536, layerCount: 12,
        headCount: 12)
}
