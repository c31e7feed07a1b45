import TensorCore

extension Tape {
    /// x as an operand of matrix products: x itself in single precision, else rounded.
    ///
    /// - Parameter x: any shape.
    public func rounded(_ x: Tensor<Float>) -> Tensor<Element> {
        if let same = x as? Tensor<Element> { return same }
        return record(rounded(x.value)) { [collector = x.collector] tape, dy in
            let dx: Matrix<Float> = tape.matrix(rows: dy.rows, columns: dy.columns)
            convert(dy, into: dx, parallel: tape.parallel)
            collector.contribute(giving: dx, parallel: tape.parallel)
        }
    }

    /// x in single precision: x itself where it is.
    ///
    /// - Parameter x: any shape.
    public func widened(_ x: Tensor<Element>) -> Tensor<Float> {
        if let same = x as? Tensor<Float> { return same }
        let y: Matrix<Float> = matrix(rows: x.value.rows, columns: x.value.columns)
        convert(x.value, into: y, parallel: parallel)
        return record(y) { [collector = x.collector] tape, dy in
            let dx: Matrix<Element> = tape.matrix(rows: dy.rows, columns: dy.columns)
            convert(dy, into: dx, parallel: tape.parallel)
            collector.contribute(giving: dx, parallel: tape.parallel)
        }
    }

    /// x itself in single precision, else a copy that is rounded.
    func rounded(_ x: Matrix<Float>) -> Matrix<Element> {
        if let same = x as? Matrix<Element> { return same }
        let y: Matrix<Element> = matrix(rows: x.rows, columns: x.columns)
        convert(x, into: y, parallel: parallel)
        return y
    }
}
