import Autograd
import TensorCore

/// Token ids to normalised vectors: a table and a norm, no positions.
public struct TokenEmbedding {
    /// The table, tied to the decoder: `[vocabulary, hidden]`.
    public let table: Parameter
    /// The norm after the look-up.
    public let norm: LayerNorm
    /// The id whose row gets no gradient here.
    public let padTokenID: Int

    /// Parameters are named `prefix` + `tok_embeddings.weight` and `norm.weight`.
    public init(
        prefix: String, vocabularySize: Int, hiddenSize: Int, normEpsilon: Float, padTokenID: Int
    ) {
        table = Parameter(
            name: prefix + "tok_embeddings.weight", rows: vocabularySize, columns: hiddenSize)
        norm = LayerNorm(
            name: prefix + "norm.weight", columns: hiddenSize, epsilon: normEpsilon)
        self.padTokenID = padTokenID
    }

    /// `[tokens]` to `[tokens, hidden]`.
    public func callAsFunction<Element: Activation>(
        _ tokenIDs: [Int32], on tape: Tape<Element>
    ) -> Tensor<Float> {
        norm(tape.embedding(table, ids: tokenIDs, ignoring: Int32(padTokenID)), on: tape)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { [table, norm.weight] }

    /// Gives the table its initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        initialization.initializeInput(table)
    }
}
