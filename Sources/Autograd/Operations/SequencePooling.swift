import TensorCore

extension Tape {
    /// y[s] = the mean of the rows of x that belong to sequence s.
    ///
    /// - Parameters:
    ///   - x: `[tokens, columns]`.
    ///   - starts: `[sequences + 1]`, rising from 0 to the token count.
    /// - Returns: `[sequences, columns]`.
    public func meanOfSequences(
        _ x: Tensor<Element>, cumulativeSequenceLengths starts: [Int32]
    ) -> Tensor<Float> {
        let y: Matrix<Float> = matrix(rows: starts.count - 1, columns: x.value.columns)
        TensorCore.meanOfSequences(
            x.value, cumulativeSequenceLengths: starts, into: y, parallel: parallel)
        return record(y) { [collector = x.collector] tape, dy in
            collector.contribute(from: tape.pool) { dx, adding in
                meanOfSequencesBackward(
                    dy, cumulativeSequenceLengths: starts, to: dx, adding: adding,
                    parallel: tape.parallel)
            }
        }
    }
}
