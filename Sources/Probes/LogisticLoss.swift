import Foundation
import TensorCore

/// The loss that logistic regression minimises, with its gradient:
/// mean over the examples of −log p(class | x) + ‖W‖² / (2 C n), the intercepts free.
struct LogisticLoss<Rows: FeatureRows> {
    let rows: Rows
    /// The place of each example's class.
    let places: [Int]
    /// 1 for two classes, whose score is the second's; else one for each class.
    let columns: Int
    private let isBinary: Bool
    /// 1 / (C n).
    let penalty: Double
    let parallel: Parallel

    /// Rows that a thread takes at a time.
    private static var slab: Int { 256 }

    private let w: Matrix<Double>
    private let dw: Matrix<Double>
    private let z: Matrix<Double>

    init(rows: Rows, places: [Int], classes: Int, c: Double, parallel: Parallel) {
        (self.rows, self.places, self.parallel) = (rows, places, parallel)
        isBinary = classes == 2
        columns = isBinary ? 1 : classes
        penalty = 1 / (c * Double(rows.count))
        w = Matrix(rows: rows.width + 1, columns: columns)
        dw = Matrix(rows: rows.width + 1, columns: columns)
        z = Matrix(rows: rows.count, columns: columns)
    }

    /// The number of weights, the intercepts at the end.
    var count: Int { w.count }

    /// The loss.
    ///
    /// - Parameters:
    ///   - weights: `[width + 1, columns]`.
    ///   - gradient: is set, `[width + 1, columns]`.
    func value(at weights: [Double], gradient: inout [Double]) -> Double {
        w.withMutableElements { w in
            for place in weights.indices { w[place] = weights[place] }
        }
        let slabs = (rows.count + Self.slab - 1) / Self.slab
        let losses = Matrix<Double>(rows: slabs, columns: 1)
        parallel.forEachSlab(of: Self.slab, in: rows.count) { slab in
            rows.multiply(by: w, to: z, rows: slab)
            losses[slab.lowerBound / Self.slab, 0] = lossAndGradient(slab)
        }
        rows.multiplyTransposed(by: z, to: dw, parallel: parallel)
        var squares = 0.0
        let free = rows.width * columns
        dw.withElements { dw in
            for place in 0..<free {
                squares += weights[place] * weights[place]
                gradient[place] = dw[place] + penalty * weights[place]
            }
            for place in free..<count { gradient[place] = dw[place] }
        }
        return losses.elements.reduce(0, +) + penalty / 2 * squares
    }

    /// The part of some rows in the mean loss; their scores become the gradient of it.
    private func lossAndGradient(_ rows: Range<Int>) -> Double {
        let scale = 1 / Double(self.rows.count)
        var sum = 0.0
        z.withMutableElements { z in
            for row in rows {
                if isBinary {
                    sum += binary(&z[row], isSecond: places[row] == 1, scale: scale)
                } else {
                    sum += multinomial(&z, row: row, scale: scale)
                }
            }
        }
        return sum * scale
    }

    /// log(1 + eᶻ) − y z; z becomes (σ(z) − y) · scale.
    private func binary(_ z: inout Double, isSecond: Bool, scale: Double) -> Double {
        let y: Double = isSecond ? 1 : 0
        let loss = max(z, 0) + log1p(exp(-abs(z))) - y * z
        z = (sigmoid(z) - y) * scale
        return loss
    }

    /// log Σ eᶻ − z of the class; z becomes (softmax(z) − 1 for the class) · scale.
    private func multinomial(
        _ z: inout MutableSpan<Double>, row: Int, scale: Double
    ) -> Double {
        let range = row * columns..<(row + 1) * columns
        let own = range.lowerBound + places[row]
        let score = z[own]
        let logarithm = softmax(&z, in: range)
        for place in range { z[place] *= scale }
        z[own] -= scale
        return logarithm - score
    }
}

/// 1 / (1 + e⁻ᶻ).
func sigmoid(_ z: Double) -> Double {
    z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z))
}

/// Scores in a range become probabilities; gives log Σ eᶻ.
func softmax(_ z: inout MutableSpan<Double>, in range: Range<Int>) -> Double {
    var largest = -Double.infinity
    for place in range { largest = max(largest, z[place]) }
    var sum = 0.0
    for place in range {
        z[place] = exp(z[place] - largest)
        sum += z[place]
    }
    for place in range { z[place] /= sum }
    return largest + log(sum)
}
