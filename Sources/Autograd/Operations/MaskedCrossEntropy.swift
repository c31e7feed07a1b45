import TensorCore

/// The losses of one microbatch's scored tokens.
public struct CrossEntropy {
    /// `lossScale` · Σ of the rows' losses: `[1, 1]`.
    public let loss: Tensor
    /// The loss of each row in nats: `[rows]`.
    public let rowLosses: [Float]
}

extension Tape {
    /// −log softmax(x wᵀ + bias)[label] of every row, and their sum times `scale`. Logits exist
    /// one tile of the vocabulary at a time and are computed again going backward.
    ///
    /// - Parameters:
    ///   - x: the scored rows: `[rows, hidden]`.
    ///   - decoder: w, `[vocabulary, hidden]`.
    ///   - bias: `[1, vocabulary]`.
    ///   - labels: `[rows]`, each below the vocabulary.
    ///   - scale: what the sum is multiplied with, such as 1 / scored tokens of the whole batch.
    public func maskedCrossEntropy(
        _ x: Tensor, decoder: Tensor, bias: Tensor, labels: [Int32], scale: Float
    ) -> CrossEntropy {
        let rowLosses = matrix(rows: x.value.rows, columns: 1)
        let logSumExp = matrix(rows: x.value.rows, columns: 1)
        TensorCore.maskedCrossEntropy(
            x.value, decoder: decoder.value, bias: bias.value, labels: labels, into: rowLosses,
            logSumExp: logSumExp, parallel: parallel)
        let losses = rowLosses.elements
        let sum = losses.reduce(0.0) { $0 + Double($1) }
        let loss = matrix(rows: 1, columns: 1)
        loss[0, 0] = Float(Double(scale) * sum)
        let tensor = record(loss) { tape, dLoss in
            let dx = tape.matrix(rows: x.value.rows, columns: x.value.columns)
            maskedCrossEntropyBackward(
                x.value, decoder: decoder.value, bias: bias.value, labels: labels,
                logSumExp: logSumExp, scale: scale * dLoss[0, 0], into: dx,
                addingToDecoder: decoder.collector.sum(from: tape.pool, parallel: tape.parallel),
                addingToBias: bias.collector.sum(from: tape.pool, parallel: tape.parallel),
                parallel: tape.parallel)
            x.collector.contribute(giving: dx, parallel: tape.parallel)
        }
        return CrossEntropy(loss: tensor, rowLosses: losses)
    }
}
