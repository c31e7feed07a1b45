import Foundation
import ModelFolders

extension NormalizingLayer {
    /// The vector with mean 0 and variance 1, scaled and shifted.
    func callAsFunction(_ vector: [Float]) -> [Float] {
        let count = Double(max(vector.count, 1))
        let mean = vector.reduce(0) { $0 + Double($1) } / count
        let variance = vector.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let scale = 1 / (variance + Self.epsilon).squareRoot()
        return vector.indices.map { place in
            Float((Double(vector[place]) - mean) * scale) * weight[place] + bias[place]
        }
    }
}

extension DenseLayer.Activation {
    /// The function of one number.
    func callAsFunction(_ x: Float) -> Float {
        switch self {
        case .identity: x
        case .tanh: Float(Foundation.tanh(Double(x)))
        case .relu: max(x, 0)
        case .gelu: Float(0.5 * Double(x) * (1 + erf(Double(x) / 2.0.squareRoot())))
        case .sigmoid: Float(1 / (1 + exp(-Double(x))))
        case .silu: Float(Double(x) / (1 + exp(-Double(x))))
        }
    }
}
