import TensorCore

extension Tape {
    /// y = x Φ(x), the exact Gaussian error linear unit, element by element.
    public func gelu(_ x: Tensor<Element>) -> Tensor<Element> {
        let y: Matrix<Element> = matrix(rows: x.value.rows, columns: x.value.columns)
        TensorCore.gelu(x.value, into: y, parallel: parallel)
        return record(y) { tape, dy in
            let dx: Matrix<Element> = tape.matrix(rows: dy.rows, columns: dy.columns)
            geluBackward(dy, x: x.value, into: dx, parallel: tape.parallel)
            x.collector.contribute(giving: dx, parallel: tape.parallel)
        }
    }

    /// y = tanh x, element by element.
    public func tanh(_ x: Tensor<Element>) -> Tensor<Element> {
        let y: Matrix<Element> = matrix(rows: x.value.rows, columns: x.value.columns)
        TensorCore.tanh(x.value, into: y, parallel: parallel)
        return record(y) { [collector = x.collector] tape, dy in
            let dx: Matrix<Element> = tape.matrix(rows: dy.rows, columns: dy.columns)
            tanhBackward(dy, y: y, into: dx, parallel: tape.parallel)
            collector.contribute(giving: dx, parallel: tape.parallel)
        }
    }

    /// y = gelu(a) · g for rows of a, then g.
    ///
    /// - Parameter x: `[rows, 2 * columns]`.
    /// - Returns: `[rows, columns]`.
    public func geglu(_ x: Tensor<Element>) -> Tensor<Element> {
        precondition(x.value.columns % 2 == 0, "Tape.geglu: \(x.value.columns) columns")
        let y: Matrix<Element> = matrix(rows: x.value.rows, columns: x.value.columns / 2)
        TensorCore.geglu(x.value, into: y, parallel: parallel)
        return record(y) { tape, dy in
            let dx: Matrix<Element> = tape.matrix(rows: x.value.rows, columns: x.value.columns)
            gegluBackward(dy, x: x.value, into: dx, parallel: tape.parallel)
            x.collector.contribute(giving: dx, parallel: tape.parallel)
        }
    }
}
