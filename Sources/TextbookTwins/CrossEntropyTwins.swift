import Foundation

/// Cross entropy over all logits at once, and its gradients.
public struct TwinCrossEntropy {
    /// The loss of each row, in nats.
    public let losses: [Double]
    /// The gradient of scale · Σ losses with respect to the rows.
    public let dx: Table
    /// The same with respect to the decoder.
    public let dw: Table
    /// The same with respect to the bias.
    public let dBias: [Double]

    /// Computes everything.
    public init(_ x: Table, decoder w: Table, bias: [Double], labels: [Int32], scale: Double) {
        let products = x * w.transposed
        let logits = Table(x.rows, w.rows) { products[$0, $1] + bias[$1] }
        let totals = (0..<x.rows).map { i in
            (0..<w.rows).reduce(0) { $0 + exp(logits[i, $1]) }
        }
        losses = (0..<x.rows).map { log(totals[$0]) - logits[$0, Int(labels[$0])] }
        let g = Table(x.rows, w.rows) { i, j in
            scale * (exp(logits[i, j]) / totals[i] - (j == Int(labels[i]) ? 1 : 0))
        }
        dx = g * w
        dw = g.transposed * x
        dBias = (0..<w.rows).map { j in (0..<x.rows).reduce(0) { $0 + g[$1, j] } }
    }
}
