import TensorCore

extension Tape {
    /// `segment` of x, as one operation that keeps only x and computes the rest again in the
    /// backward pass (Chen et al., "Training deep nets with sublinear memory cost", 2016), if the
    /// tape recomputes; else just `segment`. The gradients have the same bits either way.
    ///
    /// - Parameters:
    ///   - x: any shape.
    ///   - segment: operations on the tape it is given; a function of its argument and of
    ///     parameters, which must not change before the backward pass.
    public func recomputed(
        _ x: Tensor<Float>, _ segment: @escaping (Tape, Tensor<Float>) -> Tensor<Float>
    ) -> Tensor<Float> {
        guard isRecording, recomputes else { return segment(self, x) }
        return record(segment(silent, x).value) { tape, dy in
            let again = Tape(parallel: tape.parallel, pool: tape.pool)
            let input = Tensor(x.value)
            again.backward(from: segment(again, input), gradient: dy)
            if let dx = input.collector.take() {
                x.collector.contribute(giving: dx, parallel: tape.parallel)
            }
        }
    }
}
