import TensorCore

extension Matrix {
    /// The first element. It stays where it is as long as the matrix is held.
    var address: UnsafeMutablePointer<Element> {
        withMutableElements { span in
            span.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else {
                    preconditionFailure("Matrix.address: no elements")
                }
                return start
            }
        }
    }
}
