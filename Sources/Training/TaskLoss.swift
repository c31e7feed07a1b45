import Encoders
import PackedBatches
import TensorCore

/// The losses of a microbatch of examples, and the gradient of their sum.
///
/// As transformers' classes compute them, but that the losses of a step are divided by the number
/// of all its examples (of tags: of all that are learned), however these are spread over
/// microbatches, and that no padding takes part.
package struct TaskLoss {
    /// `scale` · the gradient of the sum of losses with respect to the logits.
    package let gradient: Matrix<Float>

    private let logits: Matrix<Float>
    private let scale: Float
    private let pool: BufferPool
    private let parallel: Parallel

    /// - Parameters:
    ///   - logits: of the examples' sequences or rows, as `TaskModel.logits` gives them.
    ///   - scale: 1 / the losses of the whole step.
    package init(_ logits: Matrix<Float>, scale: Float, pool: BufferPool, parallel: Parallel) {
        (self.logits, self.scale, self.pool, self.parallel) = (logits, scale, pool, parallel)
        gradient = Matrix(rows: logits.rows, columns: logits.columns, from: pool)
    }

    /// Σ of the examples' losses in nats, or of their squared errors, unscaled; fills `gradient`.
    package func callAsFunction(
        of examples: [TaskExample], objective: TaskHead.Objective
    ) -> Double {
        let sequences = examples.flatMap(\.sequences)
        var labels: [Int32] = []
        var lasts: [Int32] = []
        var numbers: [Float] = []
        for example in examples {
            switch example.target {
            case .label(let label), .choice(let label): labels.append(label)
            case .tags(let tags): labels += tags
            case .numbers(let targets): numbers += targets
            case .span(let first, let last):
                labels.append(first)
                lasts.append(last)
            case .nearness: break
            }
        }
        switch examples.first?.target {
        case nil, .nearness: return 0
        case .label, .tags: return ofClasses(labels)
        case .numbers: return objective == .regression ? ofScores(numbers) : ofMany(numbers)
        case .choice:
            return ofSegments(examples.map(\.sequences.count), labels, column: 0, share: 1)
        case .span:
            let lengths = sequences.map(\.ids.count)
            return ofSegments(lengths, labels, column: 0, share: 0.5)
                + ofSegments(lengths, lasts, column: 1, share: 0.5)
        }
    }

    private func ofClasses(_ labels: [Int32]) -> Double {
        total(of: labels.count) {
            softmaxCrossEntropy(
                logits, labels: labels, scale: scale, into: $0, gradient: gradient,
                parallel: parallel)
        }
    }

    private func ofScores(_ targets: [Float]) -> Double {
        total(of: targets.count) {
            squaredError(logits, targets: targets, scale: scale, into: $0, gradient: gradient)
        }
    }

    private func ofMany(_ targets: [Float]) -> Double {
        let targets = Matrix(rows: logits.rows, columns: logits.columns, elements: targets)
        return total(of: logits.rows) {
            sigmoidCrossEntropy(
                logits, targets: targets, scale: scale, into: $0, gradient: gradient,
                parallel: parallel)
        }
    }

    /// Of segments of so many rows, `share` times.
    private func ofSegments(
        _ counts: [Int], _ targets: [Int32], column: Int, share: Float
    ) -> Double {
        var starts: [Int32] = [0]
        for count in counts { starts.append(starts[starts.count - 1] + Int32(count)) }
        return Double(share)
            * total(of: targets.count) {
                segmentCrossEntropy(
                    logits, column: column, cumulativeLengths: starts, targets: targets,
                    scale: share * scale, into: $0, gradient: gradient, parallel: parallel)
            }
    }

    /// The sum of `count` losses that `body` computes.
    private func total(of count: Int, _ body: (Matrix<Float>) -> Void) -> Double {
        let losses = Matrix<Float>(rows: count, columns: 1, from: pool)
        body(losses)
        return losses.elements.reduce(0.0) { $0 + Double($1) }
    }
}
