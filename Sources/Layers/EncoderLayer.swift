import Autograd
import TensorCore

/// One pre-norm transformer layer:
/// x += dropout(attention(norm(x))), x += feedForward(norm(x)).
public struct EncoderLayer {
    /// The norm before attention; nil in layer 0, where the embedding's norm takes its place.
    public let attentionNorm: LayerNorm?
    /// The attention block.
    public let attention: SelfAttention
    /// The norm before the feed-forward block.
    public let feedForwardNorm: LayerNorm
    /// The feed-forward block.
    public let feedForward: GeGLUFeedForward

    /// Layer `index` of an encoder; parameters are named `prefix` + `attn_norm.weight`, ….
    public init(
        prefix: String, index: Int, hiddenSize: Int, intermediateSize: Int, headCount: Int,
        window: Int?, normEpsilon: Float
    ) {
        attentionNorm =
            index == 0
            ? nil
            : LayerNorm(
                name: prefix + "attn_norm.weight", columns: hiddenSize, epsilon: normEpsilon)
        attention = SelfAttention(
            prefix: prefix + "attn.", hiddenSize: hiddenSize, headCount: headCount,
            window: window)
        feedForwardNorm = LayerNorm(
            name: prefix + "mlp_norm.weight", columns: hiddenSize, epsilon: normEpsilon)
        feedForward = GeGLUFeedForward(
            prefix: prefix + "mlp.", hiddenSize: hiddenSize, intermediateSize: intermediateSize)
    }

    /// `[tokens, hidden]` to `[tokens, hidden]`.
    ///
    /// - Parameters:
    ///   - x: the residual stream.
    ///   - sequences: where sequences start.
    ///   - dropout: which elements of the attention's output to drop; nil in evaluation.
    ///   - rows: the rows that are wanted, if not all: the result is `[rows, hidden]`, and nothing
    ///     after the attention is computed for the others.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Float>, sequences: SequenceLayout, dropout: Dropout?,
        keeping rows: [Int32]? = nil, on tape: Tape<Element>
    ) -> Tensor<Float> {
        let attended = attention(
            attentionNorm.map { $0(x, on: tape) } ?? tape.rounded(x), sequences: sequences,
            keeping: rows, on: tape)
        let kept = rows.map { tape.gatherRows(x, at: $0) } ?? x
        let middle = tape.residual(kept, adding: attended, dropout: dropout)
        return tape.residual(
            middle, adding: feedForward(feedForwardNorm(middle, on: tape), on: tape))
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] {
        (attentionNorm.map { [$0.weight] } ?? []) + attention.parameters
            + [feedForwardNorm.weight] + feedForward.parameters
    }

    /// Gives the weights of both blocks their initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        attention.initialize(by: initialization)
        feedForward.initialize(by: initialization)
    }
}
