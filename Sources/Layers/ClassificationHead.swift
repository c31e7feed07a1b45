import Autograd
import TensorCore

/// norm(gelu(dense x)) wᵀ + b: logits of a few classes from rows of states.
///
/// The part before w is that of the masked-LM head, of the same names, so that what pre-training
/// taught it stays. transformers' `ModernBertForSequenceClassification` and its siblings compute
/// the same.
public struct ClassificationHead {
    /// What comes before the classifier.
    public let prediction: PredictionHead
    /// w: `[outputs, hidden]`.
    public let weight: Parameter
    /// b: `[outputs]`.
    public let bias: Parameter
    /// The probability of dropping a number before the classifier in training.
    public let dropoutRate: Double

    /// A head of zeros with a unit norm; parameters are named `head.dense.weight`,
    /// `head.norm.weight`, `classifier.weight` and `classifier.bias`.
    public init(hiddenSize: Int, outputs: Int, normEpsilon: Float, dropoutRate: Double) {
        prediction = PredictionHead(
            prefix: "head.", hiddenSize: hiddenSize, normEpsilon: normEpsilon)
        weight = Parameter(name: "classifier.weight", rows: outputs, columns: hiddenSize)
        bias = Parameter(name: "classifier.bias", count: outputs)
        self.dropoutRate = dropoutRate
    }

    /// `[rows, hidden]` to logits, `[rows, outputs]`.
    ///
    /// - Parameter dropout: which numbers before the classifier to drop; nil in evaluation.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, dropout: Dropout?, on tape: Tape<Element>
    ) -> Tensor<Float> {
        var z = prediction(x, on: tape)
        if let dropout {
            let zeros = Matrix<Float>(rows: z.value.rows, columns: z.value.columns)
            z = tape.rounded(tape.residual(Tensor(zeros), adding: z, dropout: dropout))
        }
        return tape.linear(z, weight, bias: bias)
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { prediction.parameters + [weight, bias] }

    /// Gives the classifier its initial weights: normal numbers of deviation hidden^−½, cut at 2
    /// deviations, as transformers does.
    public func initializeClassifier(by initialization: FullMegatronInitialization) {
        let inputs = Double(weight.tensor.value.columns)
        initialization.initialize(weight, deviation: 1 / inputs.squareRoot())
    }
}
