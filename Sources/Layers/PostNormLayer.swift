import Autograd
import TensorCore

/// One post-norm transformer layer with biases (Vaswani et al., 2017; Devlin et al., 2019):
/// x = norm(x + dropout(attention(x))), x = norm(x + dropout(Wo gelu(Wi x))).
public struct PostNormLayer {
    /// The attention block.
    public let attention: SelfAttention
    /// The norm behind attention.
    public let attentionNorm: LayerNorm
    /// Wi: `[intermediate, hidden]`.
    public let input: Linear
    /// Wo: `[hidden, intermediate]`.
    public let output: Linear
    /// The norm behind the feed-forward block.
    public let outputNorm: LayerNorm

    /// Parameters are named `prefix` + `attention.self.query_key_value.weight`, ….
    public init(
        prefix: String, hiddenSize: Int, intermediateSize: Int, headCount: Int, normEpsilon: Float
    ) {
        attention = SelfAttention(
            prefix: prefix + "attention.", hiddenSize: hiddenSize, headCount: headCount)
        attentionNorm = LayerNorm(
            prefix: prefix + "attention.output.LayerNorm", columns: hiddenSize,
            epsilon: normEpsilon)
        input = Linear(
            prefix: prefix + "intermediate.dense", inputs: hiddenSize, outputs: intermediateSize)
        output = Linear(
            prefix: prefix + "output.dense", inputs: intermediateSize, outputs: hiddenSize)
        outputNorm = LayerNorm(
            prefix: prefix + "output.LayerNorm", columns: hiddenSize, epsilon: normEpsilon)
    }

    /// `[tokens, hidden]` to `[tokens, hidden]`.
    ///
    /// - Parameters:
    ///   - x: the normalised states.
    ///   - sequences: where sequences start.
    ///   - dropout: which elements of the attention's output to drop, and which of the feed-forward
    ///     block's; nil in evaluation.
    ///   - rows: the rows that are wanted, if not all: the result is `[rows, hidden]`, and nothing
    ///     after the attention is computed for the others.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Float>, sequences: SequenceLayout,
        dropout: (attention: Dropout?, output: Dropout?), keeping rows: [Int32]? = nil,
        on tape: Tape<Element>
    ) -> Tensor<Float> {
        let attended = attention(
            tape.rounded(x), sequences: sequences, keeping: rows, on: tape)
        let kept = rows.map { tape.gatherRows(x, at: $0) } ?? x
        let middle: Tensor<Float> = attentionNorm(
            tape.residual(kept, adding: attended, dropout: dropout.attention), on: tape)
        let activated = tape.gelu(input(tape.rounded(middle), on: tape))
        return outputNorm(
            tape.residual(middle, adding: output(activated, on: tape), dropout: dropout.output),
            on: tape)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] {
        attention.parameters + attentionNorm.parameters + input.parameters + output.parameters
            + outputNorm.parameters
    }

    /// Gives the weights of both blocks their initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        attention.initialize(by: initialization)
        initialization.initializeInput(input.weight)
        initialization.initializeOutput(output.weight)
    }
}
