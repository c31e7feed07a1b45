import Randomness
import TensorCore
import TestSupport
import Testing

/// Every kernel gives the same bits for any number of threads, over several slabs each.
@Suite struct ThreadInvarianceTests {
    /// A kernel on fixed inputs: what it computed, as bits.
    struct Kernel: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let run: @Sendable (Parallel) -> [Matrix<Float>]

        init(_ name: String, _ run: @escaping @Sendable (Parallel) -> [Matrix<Float>]) {
            (testDescription, self.run) = (name, run)
        }

        func bits(threads: Int) -> [[UInt32]] {
            run(Parallel(threads: threads)).map { $0.elements.map(\.bitPattern) }
        }
    }

    @Test(arguments: products + pointwise + sequences + sums + losses + rounded)
    func bitsDoNotDependOnThreads(_ kernel: Kernel) {
        let alone = kernel.bits(threads: 1)
        for threads in [2, 3, 8] {
            #expect(kernel.bits(threads: threads) == alone, "\(threads) threads")
        }
    }

    private static let rows = 700
    private static func result(_ rows: Int, _ columns: Int) -> Matrix<Float> {
        Matrix(rows: rows, columns: columns)
    }

    static let products = [
        Kernel("x wᵀ") { parallel in
            let y = result(rows, 96)
            multiply(
                Matrix(random: rows, 200, seed: 1), byTransposed: Matrix(random: 96, 200, seed: 2),
                to: y, parallel: parallel)
            return [y]
        },
        Kernel("dy w") { parallel in
            let dx = result(rows, 200)
            multiply(
                Matrix(random: rows, 96, seed: 1), by: Matrix(random: 96, 200, seed: 2), to: dx,
                parallel: parallel)
            return [dx]
        },
        Kernel("dyᵀ x") { parallel in
            let dw = result(600, 40)
            multiply(
                transposed: Matrix(random: rows, 600, seed: 1),
                by: Matrix(random: rows, 40, seed: 2),
                to: dw, parallel: parallel)
            return [dw]
        },
    ]

    static let pointwise = [
        Kernel("geglu") { parallel in
            let x = Matrix<Float>(random: rows, 126, seed: 1, scale: 3)
            let (y, dx) = (result(rows, 63), result(rows, 126))
            geglu(x, into: y, parallel: parallel)
            gegluBackward(y, x: x, into: dx, parallel: parallel)
            return [y, dx]
        },
        Kernel("gelu") { parallel in
            let x = Matrix<Float>(random: rows, 63, seed: 1, scale: 3)
            let (y, dx) = (result(rows, 63), result(rows, 63))
            gelu(x, into: y, parallel: parallel)
            geluBackward(y, x: x, into: dx, parallel: parallel)
            return [y, dx]
        },
        Kernel("dropout") { parallel in
            let y = result(rows, 63)
            let dropout = Dropout(
                rate: 0.1, generator: CounterGenerator(seed: 1, purpose: "test"), stream: 2)
            let mask = DropoutMask(
                dropout, count: y.count, from: BufferPool(), parallel: parallel)
            let dBranch = result(rows, 63)
            addBranch(
                Matrix<Float>(random: rows, 63, seed: 1), to: Matrix(random: rows, 63, seed: 2),
                dropout: mask, into: y, parallel: parallel)
            addBranchBackward(y, dropout: mask, into: dBranch, parallel: parallel)
            return [y, dBranch]
        },
        Kernel("gather, scatter") { parallel in
            let indices = testIndices(rows, below: 50, seed: 1)
            let (y, dx) = (result(rows, 200), result(50, 200))
            gatherRows(
                of: Matrix(random: 50, 200, seed: 2), at: indices, into: y, parallel: parallel)
            scatterRows(y, to: indices, addingTo: dx, parallel: parallel)
            return [y, dx]
        },
    ]

    private static func attentionKernel<Element: Activation>(
        of element: Element.Type, window: Int?
    ) -> Kernel {
        Kernel("attention, \(Element.precision), window \(window ?? -1)") { parallel in
            let (starts, tokens): ([Int32], Int) = ([0, 1, 130, 700, 3000], 3000)
            let table = RotaryTable(base: 100, headSize: 16, positions: tokens)
            let qkv = Matrix<Element>(rounding: Matrix(random: tokens, 3 * 32, seed: 1))
            let dOutput = Matrix<Element>(rounding: Matrix(random: tokens, 32, seed: 2))
            let output = Matrix<Element>(rows: tokens, columns: 32)
            let dqkv = Matrix<Element>(rows: tokens, columns: 96)
            let logSumExp = result(tokens, 2)
            attention(
                qkv, rotary: table, cumulativeSequenceLengths: starts, headCount: 2, window: window,
                into: output, logSumExp: logSumExp, parallel: parallel)
            attentionBackward(
                dOutput, qkv: qkv, rotary: table, output: output, logSumExp: logSumExp,
                cumulativeSequenceLengths: starts, headCount: 2, window: window, into: dqkv,
                parallel: parallel)
            return [output.widened, logSumExp, dqkv.widened]
        }
    }

    static let sequences = [
        attentionKernel(of: Float.self, window: nil), attentionKernel(of: Float.self, window: 64),
    ]

    private static func crossEntropyKernel<Element: Activation>(of element: Element.Type) -> Kernel
    {
        Kernel("cross entropy, \(Element.precision)") { parallel in
            let (x, w) = (
                Matrix<Element>(rows: 300, columns: 24), Matrix<Element>(rows: 20_000, columns: 24)
            )
            convert(Matrix(random: 300, 24, seed: 1), into: x, parallel: parallel)
            convert(Matrix(random: 20_000, 24, seed: 2), into: w, parallel: parallel)
            let bias = Matrix<Float>(random: 1, 20_000, seed: 3)
            let labels = testIndices(300, below: 20_000, seed: 4)
            let (losses, lossesAlone) = (result(300, 1), result(300, 1))
            let (dx, dxRounded) = (result(300, 24), Matrix<Element>(rows: 300, columns: 24))
            let (dw, db) = (result(20_000, 24), result(1, 20_000))
            maskedCrossEntropy(
                x, decoder: w, bias: bias, labels: labels, into: lossesAlone, parallel: parallel)
            maskedCrossEntropyWithGradients(
                x, decoder: w, bias: bias, labels: labels, scale: 0.1, into: losses,
                gradient: dxRounded, decoderGradient: dw, adding: false, addingToBias: db,
                parallel: parallel)
            convert(dxRounded, into: dx, parallel: parallel)
            return [losses, lossesAlone, dx, dw, db]
        }
    }

    static let losses = [
        Kernel("losses of few columns") { parallel in
            let x = Matrix<Float>(random: rows, 9, seed: 1, scale: 5)
            let t = Matrix(
                rows: rows, columns: 9,
                elements: testIndices(rows * 9, below: 2, seed: 3).map { Float($0) })
            let losses = [result(rows, 1), result(rows, 1), result(rows / 7, 1)]
            let dx = (0..<3).map { _ in result(rows, 9) }
            softmaxCrossEntropy(
                x, labels: testIndices(rows, below: 9, seed: 2), scale: 0.1, into: losses[0],
                gradient: dx[0], parallel: parallel)
            sigmoidCrossEntropy(
                x, targets: t, scale: 0.1, into: losses[1], gradient: dx[1], parallel: parallel)
            let starts = (0...rows / 7).map { Int32(7 * $0) }
            segmentCrossEntropy(
                x, column: 4, cumulativeLengths: starts,
                targets: testIndices(rows / 7, below: 7, seed: 4), scale: 0.1, into: losses[2],
                gradient: dx[2], parallel: parallel)
            return losses + dx
        },
        Kernel("means of sequences") { parallel in
            let starts: [Int32] = [0, 1, 130, 700]
            let (y, dx) = (result(3, 200), Matrix<Float>(random: rows, 200, seed: 1))
            meanOfSequences(dx, cumulativeSequenceLengths: starts, into: y, parallel: parallel)
            meanOfSequencesBackward(
                y, cumulativeSequenceLengths: starts, to: dx, adding: true, parallel: parallel)
            return [y, dx]
        },
        Kernel("biases, sums of tables and tanh") { parallel in
            let (x, bias) = (
                Matrix<Float>(random: rows, 200, seed: 1), Matrix<Float>(random: 1, 200, seed: 2)
            )
            let (y, z, sums) = (result(rows, 200), result(rows, 200), result(1, 200))
            layerNorm(
                x, weight: bias, bias: bias, epsilon: 1e-5, into: y, means: result(rows, 1),
                reciprocalDeviations: result(rows, 1), parallel: parallel)
            addRow(bias, to: y, into: y, parallel: parallel)
            addRows(
                of: x, at: testIndices(rows, below: rows, seed: 3), to: y,
                parallel: parallel)
            TensorCore.tanh(y, into: z, parallel: parallel)
            sumRows(of: z, addingTo: sums, parallel: parallel)
            return [y, z, sums]
        },
        Kernel("gradients cut to a norm") { parallel in
            let x = Matrix<Float>(random: rows, 200, seed: 1)
            let norm = sumOfSquaresByRow(x, addedTo: 1, parallel: parallel).squareRoot()
            scale(x, by: Float(1 / norm), parallel: parallel)
            let table = result(2 * rows, 200)
            replaceRows(
                of: table, at: (0..<rows).map { Int32(2 * $0) }, by: x, parallel: parallel)
            return [x, table]
        },
    ]

    static let rounded = [
        crossEntropyKernel(of: BFloat16.self),
        attentionKernel(of: BFloat16.self, window: nil),
        attentionKernel(of: BFloat16.self, window: 64),
    ]

    static let sums = [
        Kernel("layer norm") { parallel in
            let (x, w) = (
                Matrix<Float>(random: rows, 200, seed: 1), Matrix<Float>(random: 1, 200, seed: 2)
            )
            let (y, m, r) = (result(rows, 200), result(rows, 1), result(rows, 1))
            let (dx, dw) = (result(rows, 200), result(1, 200))
            layerNorm(
                x, weight: w, epsilon: 1e-5, into: y, means: m, reciprocalDeviations: r,
                parallel: parallel)
            layerNormBackward(
                y, x: x, weight: w, means: m, reciprocalDeviations: r, to: dx,
                adding: false, addingToWeight: dw, parallel: parallel)
            return [y, m, r, dx, dw]
        },
        crossEntropyKernel(of: Float.self),
        Kernel("optimizer") { parallel in
            let (p, g) = (
                Matrix<Float>(random: rows, 200, seed: 1), Matrix<Float>(random: rows, 200, seed: 2)
            )
            let (m, v) = (result(rows, 200), result(rows, 200))
            let ratio = updateMoments(
                gradient: g, first: m, second: v, firstDecay: 0.9, secondDecay: 0.95,
                epsilon: 1e-8, parallel: parallel)
            updateParameter(
                p, first: m, second: v, learningRate: Float(0.1 / ratio), keep: 0.9, epsilon: 1e-8,
                rounded: nil, parallel: parallel)
            let norm = Float(sumOfSquares(g, parallel: parallel))
            return [p, m, v, Matrix(rows: 1, columns: 2, elements: [Float(ratio), norm])]
        },
    ]
}
