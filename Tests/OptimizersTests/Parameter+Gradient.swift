import Autograd
import TensorCore

extension Parameter {
    /// Adds `gradient` to the parameter's gradient through a tape.
    func addGradient(_ gradient: Matrix<Float>, parallel: Parallel) {
        let tape = Tape<Float>(parallel: parallel, pool: BufferPool())
        let zeros = Tensor<Float>(Matrix(rows: gradient.rows, columns: gradient.columns))
        let sum = tape.residual(tensor, adding: zeros)
        tape.backward(from: sum, gradient: gradient)
    }
}
