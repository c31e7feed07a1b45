import TensorCore

extension Tape {
    /// `frozen`, computed without recording, as a tensor from which nothing flows back: where what
    /// is trained begins.
    ///
    /// - Parameter frozen: operations on the tape it is given.
    public func withoutGradient<Value: Activation>(
        _ frozen: (Tape) -> Tensor<Value>
    ) -> Tensor<Value> {
        Tensor(frozen(silent).value)
    }

    /// A tape with the same threads and memory that does not record.
    var silent: Tape { Tape(parallel: parallel, pool: pool, recording: false) }
}
