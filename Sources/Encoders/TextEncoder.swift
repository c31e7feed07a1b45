import Autograd
import Layers
import PackedBatches
import TensorCore

/// What maps the tokens of packed sequences to their last hidden states: `ModernBERT` or
/// `PostNormEncoder`. It is made of embeddings, layers and what comes behind the last of them.
public protocol TextEncoder {
    /// The token table, the first of all parameters: `[vocabulary, hidden]`.
    var table: Parameter { get }
    /// The parameters of the embeddings, in checkpoint order.
    var embeddingParameters: [Parameter] { get }
    /// Those of each layer.
    var layerParameters: [[Parameter]] { get }
    /// Those of what comes behind the last layer.
    var finalParameters: [Parameter] { get }
    /// Numbers of `DropoutKey.dropout` that the encoder uses, from 0 on.
    var dropoutCount: Int { get }

    /// What the attention of every layer needs to know of a batch.
    func layout(of batch: PackedBatch) -> SequenceLayout

    /// The first layer's input: `[tokens, hidden]`.
    func embed<Element: Activation>(
        _ batch: PackedBatch, dropout: DropoutKey?, on tape: Tape<Element>
    ) -> Tensor<Float>

    /// What layer `index` makes of x: `[tokens, hidden]`, or `[rows, hidden]` where only some
    /// `rows` are wanted.
    func apply<Element: Activation>(
        layer index: Int, to x: Tensor<Float>, sequences: SequenceLayout, dropout: DropoutKey?,
        keeping rows: [Int32]?, on tape: Tape<Element>
    ) -> Tensor<Float>

    /// The last hidden states, from what the last layer gave.
    func finish<Element: Activation>(
        _ x: Tensor<Float>, on tape: Tape<Element>
    ) -> Tensor<Element>

    /// Gives tables and layers their initial weights.
    func initialize(by initialization: FullMegatronInitialization)
}

extension TextEncoder {
    /// All parameters in checkpoint order.
    public var parameters: [Parameter] {
        embeddingParameters + layerParameters.flatMap(\.self) + finalParameters
    }

    /// The parameters that are trained, in checkpoint order.
    public func parameters(in part: TrainedPart) -> [Parameter] {
        let layers = layerParameters
        guard let first = part.firstLayer(of: layers.count) else { return parameters }
        guard first <= layers.count else { return [] }
        return layers[first...].flatMap(\.self) + finalParameters
    }

    /// The last hidden states: `[tokens, hidden]`, or `[rows, hidden]` where only some `rows` are
    /// wanted.
    ///
    /// - Parameter trained: what gradients are wanted of; the rest is computed without keeping
    ///   anything.
    public func callAsFunction<Element: Activation>(
        _ batch: PackedBatch, dropout: DropoutKey?, keeping rows: [Int32]? = nil,
        training trained: TrainedPart = .all, on tape: Tape<Element>
    ) -> Tensor<Element> {
        let (sequences, end) = (layout(of: batch), layerParameters.count)
        func states(
            of x: Tensor<Float>, from first: Int, to end: Int, on tape: Tape<Element>
        ) -> Tensor<Float> {
            (first..<end).reduce(x) { x, index in
                let kept = index == layerParameters.count - 1 ? rows : nil
                return tape.recomputed(x) { tape, x in
                    apply(
                        layer: index, to: x, sequences: sequences, dropout: dropout,
                        keeping: kept, on: tape)
                }
            }
        }
        func embedded(on tape: Tape<Element>) -> Tensor<Float> {
            embed(batch, dropout: dropout, on: tape)
        }
        guard let first = trained.firstLayer(of: end) else {
            return finish(states(of: embedded(on: tape), from: 0, to: end, on: tape), on: tape)
        }
        guard first <= end else {
            return tape.withoutGradient { silent in
                finish(
                    states(of: embedded(on: silent), from: 0, to: end, on: silent), on: silent)
            }
        }
        let x = tape.withoutGradient { silent in
            states(of: embedded(on: silent), from: 0, to: first, on: silent)
        }
        return finish(states(of: x, from: first, to: end, on: tape), on: tape)
    }
}
