import Autograd
import TensorCore

/// Logits of a few classes from rows of states: prepared(x) wᵀ + b.
///
/// transformers' classes with heads compute the same, `ModernBertForSequenceClassification`,
/// `XLMRobertaForSequenceClassification`, `BertForSequenceClassification` and their siblings.
public struct ClassificationHead {
    /// What is done with states before they are classified.
    public enum Preparation {
        /// norm(gelu(dense x)): that of the masked-LM head, of the same names, so that what
        /// pre-training taught it stays.
        case prediction(PredictionHead)
        /// tanh(dense x); and before it dropout, where `dropsBefore`.
        case pooler(Linear, dropsBefore: Bool)
        /// Nothing.
        case none
    }

    /// What is done with states before they are classified.
    public let preparation: Preparation
    /// w: `[outputs, hidden]`.
    public let weight: Parameter
    /// b: `[outputs]`.
    public let bias: Parameter
    /// The probability of dropping a number before the classifier in training.
    public let dropoutRate: Double

    /// A head of zeros; the classifier's parameters are named `classifier` + `.weight` and `.bias`.
    public init(
        _ preparation: Preparation, classifier: String, hiddenSize: Int, outputs: Int,
        dropoutRate: Double
    ) {
        self.preparation = preparation
        weight = Parameter(name: classifier + ".weight", rows: outputs, columns: hiddenSize)
        bias = Parameter(name: classifier + ".bias", count: outputs)
        self.dropoutRate = dropoutRate
    }

    /// `[rows, hidden]` to logits, `[rows, outputs]`.
    ///
    /// - Parameters:
    ///   - dropout: the key of this pass's dropout; nil in evaluation.
    ///   - layer: the number that this head's dropout has among those of the layers; the next one
    ///     is its, too.
    public func callAsFunction<Element: Activation>(
        _ x: Tensor<Element>, dropout key: DropoutKey?, layer: Int, on tape: Tape<Element>
    ) -> Tensor<Float> {
        func dropping(_ x: Tensor<Element>, _ layer: Int) -> Tensor<Element> {
            let dropout = dropoutRate > 0 ? key?.dropout(rate: dropoutRate, layer: layer) : nil
            return tape.dropping(x, by: dropout)
        }
        let z =
            switch preparation {
            case .prediction(let head): head(x, on: tape)
            case .pooler(let dense, let dropsBefore):
                tape.tanh(dense(dropsBefore ? dropping(x, layer + 1) : x, on: tape))
            case .none: x
            }
        return tape.linear(dropping(z, layer), weight, bias: bias)
    }

    /// The parameters of what is done before the classifier.
    public var preparationParameters: [Parameter] {
        switch preparation {
        case .prediction(let head): head.parameters
        case .pooler(let dense, _): dense.parameters
        case .none: []
        }
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { preparationParameters + [weight, bias] }

    /// Gives what is done before the classifier its initial weights. As transformers does for a new
    /// head, a dense layer of pre-training has less deviation than there.
    public func initializePreparation(by initialization: FullMegatronInitialization) {
        switch preparation {
        case .prediction(let head): initialization.initializeOutput(head.dense.weight)
        case .pooler(let dense, _): initialization.initializeInput(dense.weight)
        case .none: break
        }
    }

    /// Gives the classifier its initial weights: normal numbers of deviation hidden^−½, cut at 2
    /// deviations, as transformers does for ModernBERT.
    public func initializeClassifier(by initialization: FullMegatronInitialization) {
        let inputs = Double(weight.tensor.value.columns)
        initialization.initialize(weight, deviation: 1 / inputs.squareRoot())
    }
}
