/// What activations are stored in and matrix products multiply. Parameters, their gradients, the
/// residual stream, statistics and losses are in single precision either way.
public enum Precision: String, Sendable, Codable, CaseIterable {
    /// bfloat16 operands, single-precision sums.
    case bf16
    /// IEEE single precision.
    case fp32
}
