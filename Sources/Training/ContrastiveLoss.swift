import Encoders
import Foundation
import PackedBatches
import TensorCore

/// The loss of the vectors of a batch's texts, and its gradient.
///
/// The texts of an example are its anchor, its positive, and perhaps negatives. A loss is a mean
/// over the batch; it cannot be added up from parts, as each anchor sees the texts of all others.
///
/// Source: sentence-transformers' losses, with which values and gradients agree.
package struct ContrastiveLoss {
    package let rule: ContrastiveRule
    private let pool: BufferPool
    private let parallel: Parallel

    package init(_ rule: ContrastiveRule, pool: BufferPool, parallel: Parallel) {
        (self.rule, self.pool, self.parallel) = (rule, pool, parallel)
    }

    /// Anchors whose cosines with all candidates are in memory together.
    private static let anchorBlock = 512

    /// The loss in nats, and its gradient with respect to the vectors.
    ///
    /// - Parameters:
    ///   - vectors: `[texts, hidden]`, of the examples' sequences in their order.
    ///   - examples: at least one, with the same number of texts each.
    package func callAsFunction(
        of vectors: Matrix<Float>, _ examples: [TaskExample]
    ) -> (loss: Double, gradient: Matrix<Float>) {
        let gradient = Matrix<Float>(rows: vectors.rows, columns: vectors.columns)
        let sizes = rule.dimensions.isEmpty ? [vectors.columns] : rule.dimensions
        let loss = sizes.reduce(0.0) { sum, size in
            let part = Part(vectors, size: size, gradient: gradient)
            return sum
                + (rule.loss == .coSENT ? coSENT(part, examples) : inBatch(part, examples))
        }
        return (loss, gradient)
    }

    /// The first numbers of the vectors, and where their gradient goes.
    private struct Part {
        let vectors: Matrix<Float>
        let size: Int
        let gradient: Matrix<Float>

        init(_ vectors: Matrix<Float>, size: Int, gradient: Matrix<Float>) {
            (self.vectors, self.size, self.gradient) = (vectors, size, gradient)
        }
    }

    /// Rows of length 1, and the gradient with respect to them.
    private struct Units {
        let places: [Int32]
        let rows: Matrix<Float>
        let gradient: Matrix<Float>
    }

    private func units(_ part: Part, at places: [Int]) -> Units {
        let places = places.map { Int32($0) }
        let rows = Matrix<Float>(rows: places.count, columns: part.size, from: pool)
        unitRows(of: part.vectors, at: places, into: rows, parallel: parallel)
        return Units(
            places: places, rows: rows,
            gradient: Matrix(rows: places.count, columns: part.size))
    }

    private func push(_ units: Units, into part: Part) {
        unitRowsBackward(
            units.gradient, units: units.rows, of: part.vectors, at: units.places,
            addingTo: part.gradient, parallel: parallel)
    }

    private func inBatch(_ part: Part, _ examples: [TaskExample]) -> Double {
        let texts = examples[0].sequences.count
        let starts = examples.indices.map { $0 * texts }
        let anchors = units(part, at: starts)
        // All positives, then all first negatives, and so on.
        let candidates = units(part, at: (1..<texts).flatMap { text in starts.map { $0 + text } })
        let repeated = repetitions(examples)
        let share = 1 / Double(examples.count * (rule.isSymmetric ? 2 : 1))
        var loss = crossEntropy(anchors, candidates, repeated, share: share)
        if rule.isSymmetric {
            let positives = units(part, at: starts.map { $0 + 1 })
            loss += crossEntropy(
                positives, anchors, repetitions(examples, ofAnchors: true), share: share)
            push(positives, into: part)
        }
        push(anchors, into: part)
        push(candidates, into: part)
        return loss
    }

    /// share · Σ over seekers i of −log softmax(scale · cosines with all candidates)[i].
    ///
    /// - Parameter repeated: for each seeker candidates that do not count.
    private func crossEntropy(
        _ seekers: Units, _ candidates: Units, _ repeated: [[Int]], share: Double
    ) -> Double {
        let scale = Float(rule.scale)
        var sum = 0.0
        for first in stride(from: 0, to: seekers.rows.rows, by: Self.anchorBlock) {
            let block = Array(first..<min(first + Self.anchorBlock, seekers.rows.rows))
            let places = block.map { Int32($0) }
            let rows = Matrix<Float>(rows: block.count, columns: seekers.rows.columns, from: pool)
            gatherRows(of: seekers.rows, at: places, into: rows, parallel: parallel)
            let cosines = Matrix<Float>(
                rows: block.count, columns: candidates.rows.rows, from: pool)
            multiply(rows, byTransposed: candidates.rows, to: cosines, parallel: parallel)
            TensorCore.scale(cosines, by: scale, parallel: parallel)
            for (row, seeker) in block.enumerated() {
                for candidate in repeated[seeker] { cosines[row, candidate] = -.infinity }
            }
            let losses = Matrix<Float>(rows: block.count, columns: 1, from: pool)
            softmaxCrossEntropy(
                cosines, labels: places, scale: scale * Float(share), into: losses,
                gradient: cosines, parallel: parallel)
            let gradient = Matrix<Float>(
                rows: block.count, columns: seekers.rows.columns, from: pool)
            multiply(cosines, by: candidates.rows, to: gradient, parallel: parallel)
            scatterRows(gradient, to: places, addingTo: seekers.gradient, parallel: parallel)
            multiply(
                transposed: cosines, by: rows, to: candidates.gradient, adding: true,
                parallel: parallel)
            sum += losses.elements.reduce(0.0) { $0 + Double($1) }
        }
        return share * sum
    }

    /// For each example the candidates, other than its own positive, with the same tokens; or the
    /// other anchors with those of its anchor.
    private func repetitions(_ examples: [TaskExample], ofAnchors: Bool = false) -> [[Int]] {
        guard rule.masksDuplicates else { return examples.map { _ in [] } }
        let texts = ofAnchors ? 0..<1 : 1..<examples[0].sequences.count
        var places: [[Int32]: [Int]] = [:]
        for (column, text) in texts.enumerated() {
            for (row, example) in examples.enumerated() {
                places[example.sequences[text].ids, default: []]
                    .append(column * examples.count + row)
            }
        }
        return examples.enumerated().map { row, example in
            (places[example.sequences[texts.lowerBound].ids] ?? []).filter { $0 != row }
        }
    }

    /// log(1 + Σ over pairs with yᵢ > yⱼ of exp(scale · (cosⱼ − cosᵢ))).
    private func coSENT(_ part: Part, _ examples: [TaskExample]) -> Double {
        let firsts = units(part, at: examples.indices.map { 2 * $0 })
        let seconds = units(part, at: examples.indices.map { 2 * $0 + 1 })
        let cosines = examples.indices.map { cosine(firsts.rows, seconds.rows, row: $0) }
        let scores = examples.map { example -> Double in
            if case .numbers(let numbers) = example.target { Double(numbers[0]) } else { 0 }
        }
        let (loss, slopes) = rankingLoss(cosines.map { rule.scale * $0 }, scores)
        for (units, others) in [(firsts, seconds), (seconds, firsts)] {
            let factors = slopes.map { Float(rule.scale * $0) }
            for row in examples.indices {
                for column in 0..<part.size {
                    units.gradient[row, column] = factors[row] * others.rows[row, column]
                }
            }
            push(units, into: part)
        }
        return loss
    }

    private func cosine(_ x: Matrix<Float>, _ y: Matrix<Float>, row: Int) -> Double {
        (0..<x.columns).reduce(0.0) { $0 + Double(x[row, $1]) * Double(y[row, $1]) }
    }
}

/// log(1 + Σ over yᵢ > yⱼ of exp(xⱼ − xᵢ)), and its derivative by each x.
private func rankingLoss(_ x: [Double], _ y: [Double]) -> (loss: Double, slopes: [Double]) {
    // The largest exponent, 0 among them, so that none overflows.
    var largest = 0.0
    for i in x.indices {
        for j in x.indices where y[i] > y[j] { largest = max(largest, x[j] - x[i]) }
    }
    var sum = exp(-largest)
    var slopes = [Double](repeating: 0, count: x.count)
    for i in x.indices {
        for j in x.indices where y[i] > y[j] {
            let term = exp(x[j] - x[i] - largest)
            sum += term
            slopes[j] += term
            slopes[i] -= term
        }
    }
    return (largest + log(sum), slopes.map { $0 / sum })
}
