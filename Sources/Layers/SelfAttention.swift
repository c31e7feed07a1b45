import Autograd
import TensorCore

/// Multi-head self-attention over packed sequences, with rotary positions where the sequences'
/// layout has tables of them.
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

    /// Attention over whole sequences with biases; parameters are named `prefix` +
    /// `self.query_key_value` and `output.dense`, each with `.weight` and `.bias`. In files queries,
    /// keys and values are tensors of their own.
    public init(prefix: String, hiddenSize: Int, headCount: Int) {
        queryKeyValue = Linear(
            prefix: prefix + "self.query_key_value", inputs: hiddenSize, outputs: 3 * hiddenSize)
        output = Linear(prefix: prefix + "output.dense", inputs: hiddenSize, outputs: hiddenSize)
        self.headCount = headCount
        window = nil
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
    public var parameters: [Parameter] { queryKeyValue.parameters + output.parameters }

    /// Gives both weights their initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        initialization.initializeInput(queryKeyValue.weight)
        initialization.initializeOutput(output.weight)
    }
}
