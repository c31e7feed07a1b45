import Encoders

extension StepShape.Size {
    /// Elements of each parameter of the masked-LM model, in checkpoint order.
    package var parameterCounts: [Int] {
        StepShape(size: self, context: 1, sequences: 1, maskRatio: 1).configuration
            .parameterShapes.map(\.count)
    }
}
