import Layers

extension ModernBERTConfiguration: EncoderConfiguration {
    /// ModernBERT.
    public var family: EncoderFamily { .modernBERT }

    /// There is no table of token types.
    public var tokenTypeCount: Int { 1 }

    /// Of the attention's output.
    public var trainingDropout: Double {
        get { attentionOutputDropout }
        set { attentionOutputDropout = newValue }
    }

    /// An encoder of zeros with unit norms.
    public func makeEncoder() -> any TextEncoder { ModernBERT(self) }

    /// A masked language model of zeros with unit norms.
    public func makeLanguageModel() -> any LanguageModel {
        MaskedLanguageModel(configuration: self)
    }

    /// A head of zeros with a unit norm; parameters are named `head.dense.weight`,
    /// `head.norm.weight`, `classifier.weight` and `classifier.bias`. None for vectors.
    public func makeHead(for task: TaskHead) -> ClassificationHead? {
        guard task.kind != .vectors else { return nil }
        return ClassificationHead(
            .prediction(
                PredictionHead(
                    prefix: "head.", hiddenSize: hiddenSize, normEpsilon: normEpsilon)),
            classifier: "classifier", hiddenSize: hiddenSize, outputs: task.labels.count,
            dropoutRate: task.dropout)
    }
}
