import Layers

extension PostNormConfiguration: EncoderConfiguration {
    /// An encoder of zeros with unit norms.
    public func makeEncoder() -> any TextEncoder { PostNormEncoder(self) }

    /// A masked language model of zeros with unit norms.
    public func makeLanguageModel() -> any LanguageModel {
        PostNormLanguageModel(configuration: self)
    }

    /// A head of zeros, of the parts and names that transformers' classes have; none for vectors.
    ///
    /// - Precondition: `task` is pooled by the first token.
    public func makeHead(for task: TaskHead) -> ClassificationHead? {
        func dense(_ prefix: String) -> Linear {
            Linear(prefix: prefix, inputs: hiddenSize, outputs: hiddenSize)
        }
        let pooler = ClassificationHead.Preparation.pooler(
            dense(family.prefix + "pooler.dense"), dropsBefore: false)
        let (preparation, classifier): (ClassificationHead.Preparation, String)
        switch (task.kind, family) {
        case (.sequence, .bert), (.choice, _): (preparation, classifier) = (pooler, "classifier")
        case (.sequence, _):
            preparation = .pooler(dense("classifier.dense"), dropsBefore: true)
            classifier = "classifier.out_proj"
        case (.tokens, _): (preparation, classifier) = (.none, "classifier")
        case (.answers, _): (preparation, classifier) = (.none, "qa_outputs")
        case (.vectors, _): return nil
        }
        return ClassificationHead(
            preparation, classifier: classifier, hiddenSize: hiddenSize,
            outputs: task.labels.count, dropoutRate: task.kind == .answers ? 0 : task.dropout)
    }
}
