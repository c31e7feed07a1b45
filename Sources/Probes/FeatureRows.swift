import TensorCore

/// Examples as rows of features, x, each with a constant 1 behind its features: [x 1].
///
/// Products have the same bits for any number of threads.
public protocol FeatureRows: Sendable {
    /// The number of examples.
    var count: Int { get }
    /// The number of features, without the constant.
    var width: Int { get }

    /// z = [x 1] w for some of the examples, on the calling thread.
    ///
    /// - Parameters:
    ///   - w: `[width + 1, columns]`.
    ///   - z: `[count, columns]`, of which other rows stay as they are.
    func multiply(by w: Matrix<Double>, to z: Matrix<Double>, rows: Range<Int>)

    /// dw = [x 1]ᵀ dz.
    ///
    /// - Parameters:
    ///   - dz: `[count, columns]`.
    ///   - dw: `[width + 1, columns]`.
    func multiplyTransposed(by dz: Matrix<Double>, to dw: Matrix<Double>, parallel: Parallel)
}
