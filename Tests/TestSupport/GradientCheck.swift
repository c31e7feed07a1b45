import Autograd
import TensorCore
import Testing

/// `testNumbers` between −1 and 1 as a matrix: `[rows, columns]`.
public func testMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
    Matrix(rows: rows, columns: columns, elements: testNumbers(rows * columns, seed: seed))
}

extension Tensor<Float> {
    /// The tensor as a parameter, a matrix of whatever shape it has.
    public var parameter: Parameter {
        Parameter(name: "weight", tensor: self, shape: [value.rows, value.columns])
    }
}

/// Checks an operation's pullback against central differences, from the arguments' shapes alone.
///
/// With random arguments and random weights r of the result y, the gradients of Σ r · y that the
/// tape computes are compared, element by element, with a difference quotient of fourth order, (8
/// (f(+h) − f(−h)) − (f(+2h) − f(−2h))) / 12 h. In single precision its error is about ε |y|
/// √(elements) / h + h⁴ |y⁽⁵⁾|, so with h = 2⁻⁵ and smooth operations of order one a few 10⁻⁵; the
/// tolerance is relative to the largest gradient. The operation runs twice backward before the
/// comparison, so that it must add to gradients that are already there.
///
/// - Parameters:
///   - shapes: rows and columns of each argument.
///   - tolerance: accepted difference, as a share of the largest gradient of the argument.
///   - weights: r, for operations that do not take every one; random by default.
///   - recomputing: whether the tape computes recomputed segments again.
///   - operation: computes y from the arguments; it must be a function of them alone.
public func expectGradients(
    ofShapes shapes: [(rows: Int, columns: Int)], tolerance: Double = 1e-3,
    weights: [Float]? = nil, recomputing: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ operation: (Tape<Float>, [Tensor<Float>]) -> Tensor<Float>
) {
    let parallel = Parallel(threads: 2)
    let pool = BufferPool()
    let arguments = shapes.enumerated().map { index, shape in
        Tensor<Float>(testMatrix(shape.rows, shape.columns, seed: UInt64(index)))
    }
    let silent = Tape<Float>(parallel: parallel, pool: pool, recording: false)
    let shape = operation(silent, arguments).value
    let weights = weights ?? testMatrix(shape.rows, shape.columns, seed: 1000).elements
    func weightedResult() -> Double {
        zip(operation(silent, arguments).value.elements, weights).reduce(0) {
            $0 + Double($1.0) * Double($1.1)
        }
    }
    for _ in 0..<2 {
        let tape = Tape<Float>(parallel: parallel, pool: pool, recomputing: recomputing)
        let result = operation(tape, arguments)
        tape.backward(
            from: result,
            gradient: Matrix(rows: shape.rows, columns: shape.columns, elements: weights))
        #expect(tape.operationCount == 0, sourceLocation: sourceLocation)
    }
    for (index, argument) in arguments.enumerated() {
        let computed = (argument.gradient?.elements ?? []).map { Double($0) / 2 }
        let expected = differenceQuotients(of: argument.value, weightedResult)
        expectGradient(
            computed, expected, tolerance: tolerance, argument: index,
            sourceLocation: sourceLocation)
    }
}

/// The fourth-order difference quotient of `function` by each element of `argument`.
private func differenceQuotients(
    of argument: Matrix<Float>, _ function: () -> Double
) -> [Double] {
    let step: Float = 0x1p-5
    return (0..<argument.count).map { index in
        let (row, column) = (index / argument.columns, index % argument.columns)
        let value = argument[row, column]
        func at(_ steps: Float) -> Double {
            argument[row, column] = value + steps * step
            defer { argument[row, column] = value }
            return function()
        }
        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * Double(step))
    }
}

private func expectGradient(
    _ computed: [Double], _ expected: [Double], tolerance: Double, argument: Int,
    sourceLocation: SourceLocation
) {
    #expect(
        computed.count == expected.count, "argument \(argument): no gradient of its shape",
        sourceLocation: sourceLocation)
    guard computed.count == expected.count else { return }
    let scale = expected.map(abs).max() ?? 0
    let errors = zip(computed, expected).map { abs($0 - $1) }
    guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }) else { return }
    #expect(
        errors[worst] <= tolerance * scale + 1e-6,
        """
        argument \(argument): the gradient's element \(worst) is \(computed[worst]), \
        difference quotients give \(expected[worst]); largest \(scale)
        """, sourceLocation: sourceLocation)
}
