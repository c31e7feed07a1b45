import Autograd
import Randomness
import TensorCore
import TestSupport
import Testing

/// Starts of sequences of the given lengths, and their end.
private func starts(_ lengths: [Int]) -> [Int32] {
    lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) }
}

@Suite("Every operation's pullback agrees with central differences")
struct OperationGradientTests {
    @Test("linear", arguments: [(1, 1, 1), (3, 8, 5), (9, 7, 17)])
    func linear(rows: Int, inputs: Int, outputs: Int) {
        expectGradients(ofShapes: [(rows, inputs), (outputs, inputs)]) { tape, x in
            tape.linear(x[0], x[1].parameter)
        }
    }

    @Test("linear with bias", arguments: [(1, 1, 1), (3, 8, 5), (9, 7, 17), (33, 9, 2)])
    func linearWithBias(rows: Int, inputs: Int, outputs: Int) {
        expectGradients(ofShapes: [(rows, inputs), (outputs, inputs), (1, outputs)]) { tape, x in
            tape.linear(x[0], x[1].parameter, bias: x[2].parameter)
        }
    }

    @Test("linear with bias, of states", arguments: [(1, 1, 1), (3, 8, 5), (9, 7, 17)])
    func linearOfStates(rows: Int, inputs: Int, outputs: Int) {
        expectGradients(ofShapes: [(rows, inputs), (outputs, inputs), (1, outputs)]) { tape, x in
            tape.linear(x[0], x[1].parameter, adding: x[2].parameter)
        }
    }

    @Test("means of sequences", arguments: [[1], [3, 1, 7], [8, 9, 1, 63]])
    func meanOfSequences(lengths: [Int]) {
        expectGradients(ofShapes: [(lengths.reduce(0, +), 5)]) { tape, x in
            tape.meanOfSequences(x[0], cumulativeSequenceLengths: starts(lengths))
        }
    }

    @Test("what is computed without a gradient gets none, and what follows it does")
    func withoutGradient() {
        let (x, w) = (testMatrix(4, 6, seed: 1), testMatrix(6, 6, seed: 2))
        let input = Tensor<Float>(x)
        let frozen = Tensor<Float>(w).parameter
        expectGradients(ofShapes: [(6, 6), (1, 6)]) { tape, x in
            let y = tape.withoutGradient { $0.gelu($0.linear(input, frozen)) }
            return tape.linear(y, x[0].parameter, bias: x[1].parameter)
        }
        #expect(input.gradient == nil && frozen.tensor.gradient == nil)
    }

    @Test("layer norm", arguments: [(1, 2), (5, 9), (65, 8)])
    func layerNorm(rows: Int, columns: Int) {
        // Rows of two are ± 1 wherever they differ: the norm is flat but for ε.
        expectGradients(ofShapes: [(rows, columns), (1, columns)], tolerance: 5e-3) { tape, x in
            tape.layerNorm(x[0], x[1].parameter, epsilon: 0.1)
        }
    }

    @Test("layer norm with bias", arguments: [(1, 2), (5, 9), (65, 8)])
    func layerNormWithBias(rows: Int, columns: Int) {
        expectGradients(
            ofShapes: [(rows, columns), (1, columns), (1, columns)], tolerance: 5e-3
        ) { tape, x in
            tape.layerNorm(x[0], x[1].parameter, bias: x[2].parameter, epsilon: 0.1)
        }
    }

    @Test("tanh", arguments: [(1, 1), (3, 17)])
    func tanh(rows: Int, columns: Int) {
        expectGradients(ofShapes: [(rows, columns)]) { tape, x in tape.tanh(x[0]) }
    }

    @Test("gelu", arguments: [(1, 1), (3, 17)])
    func gelu(rows: Int, columns: Int) {
        expectGradients(ofShapes: [(rows, columns)]) { tape, x in tape.gelu(x[0]) }
    }

    @Test("geglu", arguments: [(1, 1), (3, 17)])
    func geglu(rows: Int, columns: Int) {
        expectGradients(ofShapes: [(rows, 2 * columns)]) { tape, x in tape.geglu(x[0]) }
    }

    @Test("attention", arguments: [nil, 0, 2, 64])
    func attention(window: Int?) {
        expectGradients(ofShapes: [(9, 24)]) { tape, x in
            tape.attention(
                x[0], headCount: 2, window: window,
                rotary: RotaryTable(base: 100, headSize: 4, positions: 8),
                cumulativeSequenceLengths: starts([1, 6, 2]))
        }
    }

    @Test("attention that is not rotated")
    func unrotatedAttention() {
        expectGradients(ofShapes: [(9, 18)]) { tape, x in
            tape.attention(
                x[0], headCount: 2, window: nil, rotary: nil,
                cumulativeSequenceLengths: starts([1, 6, 2]))
        }
    }

    @Test("sums of rows of tables")
    func embeddingSum() {
        expectGradients(ofShapes: [(6, 5), (3, 5), (1, 5)]) { tape, x in
            tape.embedding(sumOf: [
                (x[0].parameter, [3, 0, 3, 5, 1], nil), (x[1].parameter, [0, 1, 2, 0, 1], nil),
                (x[2].parameter, [0, 0, 0, 0, 0], nil),
            ])
        }
    }

    @Test("embedding, ids repeated and left out")
    func embedding() {
        expectGradients(ofShapes: [(6, 5)]) { tape, x in
            tape.embedding(x[0].parameter, ids: [3, 0, 3, 5, 1])
        }
    }

    @Test("gathered rows")
    func gatherRows() {
        expectGradients(ofShapes: [(6, 5)]) { tape, x in
            tape.gatherRows(x[0], at: [4, 0, 2])
        }
    }

    @Test("residual")
    func residual() {
        expectGradients(ofShapes: [(3, 9), (3, 9)]) { tape, x in
            tape.residual(x[0], adding: x[1])
        }
    }

    @Test("residual of a tensor with itself")
    func doubled() {
        expectGradients(ofShapes: [(3, 9)]) { tape, x in
            tape.residual(x[0], adding: x[0])
        }
    }

    @Test("residual with dropout")
    func dropout() {
        let dropout = Dropout(
            rate: 0.4, generator: CounterGenerator(seed: 5, purpose: "test"), stream: 3)
        expectGradients(ofShapes: [(7, 9), (7, 9)]) { tape, x in
            tape.residual(x[0], adding: x[1], dropout: dropout)
        }
    }

    @Test("dropout alone")
    func dropping() {
        let dropout = Dropout(
            rate: 0.4, generator: CounterGenerator(seed: 5, purpose: "test"), stream: 3)
        expectGradients(ofShapes: [(7, 9)]) { tape, x in tape.dropping(x[0], by: dropout) }
    }

    @Test("masked cross entropy", arguments: [1, 7, 601], [0.5, -3] as [Float])
    func crossEntropy(vocabulary: Int, scale: Float) {
        let labels: [Int32] = [0, Int32(vocabulary - 1), Int32(vocabulary / 2)]
        expectGradients(
            ofShapes: [(3, 4), (vocabulary, 4), (1, vocabulary)], tolerance: 3e-3,
            weights: [1]
        ) { tape, x in
            tape.maskedCrossEntropy(
                x[0], decoder: x[1].parameter, bias: x[2].parameter, labels: labels, scale: scale
            ).loss
        }
    }

    @Test("a recomputed segment", arguments: [false, true])
    func recomputed(recomputing: Bool) {
        expectGradients(ofShapes: [(4, 6), (6, 6)], recomputing: recomputing) { tape, x in
            tape.recomputed(x[0]) { tape, y in
                tape.residual(y, adding: tape.gelu(tape.linear(y, x[1].parameter)))
            }
        }
    }

    @Test("a tensor used by several operations collects all of their gradients")
    func sharedArgument() {
        expectGradients(ofShapes: [(4, 6), (6, 6)]) { tape, x in
            let y = tape.linear(x[0], x[1].parameter)
            let z = tape.linear(tape.gelu(y), x[1].parameter)
            return tape.residual(tape.residual(x[0], adding: z), adding: y)
        }
    }
}
