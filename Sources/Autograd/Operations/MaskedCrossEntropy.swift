import TensorCore

/// The losses of one microbatch's scored tokens.
public struct CrossEntropy {
    /// `lossScale` · Σ of the rows' losses: `[1, 1]`.
    public let loss: Tensor<Float>
    /// The loss of each row in nats: `[rows]`.
    public let rowLosses: [Float]
}

extension Tape {
    /// −log softmax(x wᵀ + bias)[label] of every row, and their sum times `scale`.
    ///
    /// A tape that records computes the gradients with the losses, because the logits of a large
    /// vocabulary are too expensive to be computed twice and too many to be kept: the decoder's and
    /// the bias's are added at once, that of x when the tape runs backward. The loss is therefore
    /// the last operation, from which `backward(from:)` starts.
    ///
    /// - Parameters:
    ///   - x: the scored rows: `[rows, hidden]`.
    ///   - decoder: w, `[vocabulary, hidden]`.
    ///   - bias: `[1, vocabulary]`.
    ///   - labels: `[rows]`, each below the vocabulary.
    ///   - scale: what the sum is multiplied by, such as 1 / scored tokens of the whole batch.
    public func maskedCrossEntropy(
        _ x: Tensor<Element>, decoder: Parameter, bias: Parameter, labels: [Int32], scale: Float
    ) -> CrossEntropy {
        let rowLosses: Matrix<Float> = matrix(rows: x.value.rows, columns: 1)
        let dx: Matrix<Element>? =
            isRecording ? matrix(rows: x.value.rows, columns: x.value.columns) : nil
        let w: Matrix<Element> = decoder.operand(parallel: parallel)
        if let dx {
            let dBias = bias.tensor.collector.sum(from: pool, parallel: parallel)
            decoder.tensor.collector.contribute(from: pool) { dw, adding in
                maskedCrossEntropyWithGradients(
                    x.value, decoder: w, bias: bias.tensor.value, labels: labels, scale: scale,
                    into: rowLosses, gradient: dx, decoderGradient: dw, adding: adding,
                    addingToBias: dBias, parallel: parallel)
            }
        } else {
            TensorCore.maskedCrossEntropy(
                x.value, decoder: w, bias: bias.tensor.value, labels: labels,
                into: rowLosses, parallel: parallel)
        }
        let losses = rowLosses.elements
        let loss: Matrix<Float> = matrix(rows: 1, columns: 1)
        loss[0, 0] = Float(Double(scale) * losses.reduce(0.0) { $0 + Double($1) })
        let tensor = record(loss) { [collector = x.collector] tape, dLoss in
            precondition(
                dLoss[0, 0] == 1,
                "Tape.maskedCrossEntropy: gradient \(dLoss[0, 0]) of a loss, not 1")
            if let dx {
                collector.contribute(giving: dx, parallel: tape.parallel)
            }
        }
        return CrossEntropy(loss: tensor, rowLosses: losses)
    }
}
