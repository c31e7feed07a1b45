import Autograd
import TensorCore

/// Multi-head self-attention with rotary positions, over packed sequences.
public struct SelfAttention {
    /// `[3 * hidden, hidden]`: rows of queries, keys, values, each head after head.
    public let queryKeyValue: Linear
    /// `[hidden, hidden]`.
    public let output: Linear
    /// Number of heads.
    public let headCount: Int
    /// How far a token sees to either side; nil for its whole sequence.
    public let window: Int?

    /// Parameters are named `prefix` + `Wqkv.weight` and `Wo.weight`.
    public init(prefix: String, hiddenSize: Int, headCount: Int, window: Int?) {
        queryKeyValue = Linear(
            name: prefix + "Wqkv.weight", inputs: hiddenSize, outputs: 3 * hiddenSize)
        output = Linear(name: prefix + "Wo.weight", inputs: hiddenSize, outputs: hiddenSize)
        self.headCount = headCount
        self.window = window
    }

    /// `[tokens, hidden]` to `[tokens, hidden]`, or to `[rows, hidden]` where only some `rows` of
    /// the result are wanted.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, sequences: SequenceLayout, keeping rows: [Int32]? = nil,
        on tape: Tape<Element>
    ) -> Tensor<Element> {
        let attended = tape.attention(
            queryKeyValue(x, on: tape), headCount: headCount, window: window,
            rotary: window == nil ? sequences.globalRotary : sequences.localRotary,
            cumulativeSequenceLengths: sequences.cumulativeLengths)
        return output(rows.map { tape.gatherRows(attended, at: $0) } ?? attended, on: tape)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { [queryKeyValue.weight, output.weight] }

    /// Gives both weights their initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        initialization.initializeInput(queryKeyValue.weight)
        initialization.initializeOutput(output.weight)
    }
}
