import TensorCore
import TestSupport
import Testing
import TextbookTwins

/// The kernels compute in double precision and round once or twice to single: 2 · 2⁻²⁴ of a result,
/// and nothing of numbers that cancel.
@Suite struct LabelLossesTests {
    private static let rounding = 1.3e-7
    /// Rows on both sides of a slab's end, too.
    static let rows = vectorEdges + [32, 33]

    @Test("Softmax cross entropy is its twin's, and so is its gradient", arguments: rows)
    func softmax(rows: Int) {
        for classes in [1, 2, 7, 8, 9, 63, 257] {
            let x = Matrix<Float>(random: rows, classes, seed: 1, scale: 6)
            var labels = testIndices(rows, below: classes, seed: 2)
            for row in stride(from: 1, to: rows, by: 3) { labels[row] = -100 }
            let (losses, dx) = (
                Matrix<Float>(unwritten: rows, 1), Matrix<Float>(unwritten: rows, classes)
            )
            softmaxCrossEntropy(
                x, labels: labels, scale: 0.25, into: losses, gradient: dx, parallel: oneThread)
            let twin = twinSoftmaxCrossEntropy(x.table, labels: labels, scale: 0.25)
            expect(losses, twin.losses)
            expect(dx, twin.dx.values)
            let alone = Matrix<Float>(unwritten: rows, 1)
            softmaxCrossEntropy(
                x, labels: labels, scale: 0.25, into: alone, gradient: nil, parallel: oneThread)
            #expect(alone.elements == losses.elements)
        }
    }

    @Test("Sigmoid cross entropy is its twin's, and so is its gradient", arguments: rows)
    func sigmoid(rows: Int) {
        for columns in [1, 2, 7, 8, 9, 63] {
            let x = Matrix<Float>(random: rows, columns, seed: 1, scale: 6)
            let targets = Matrix(
                rows: rows, columns: columns,
                elements: testIndices(rows * columns, below: 2, seed: 2).map { Float($0) })
            let (losses, dx) = (
                Matrix<Float>(unwritten: rows, 1), Matrix<Float>(unwritten: rows, columns)
            )
            sigmoidCrossEntropy(
                x, targets: targets, scale: 3, into: losses, gradient: dx, parallel: oneThread)
            let twin = twinSigmoidCrossEntropy(x.table, targets: targets.table, scale: 3)
            expect(losses, twin.losses)
            expect(dx, twin.dx.values)
        }
    }

    @Test("The squared error is its twin's, and so is its gradient", arguments: rows)
    func squares(rows: Int) {
        let x = Matrix<Float>(random: rows, 1, seed: 1, scale: 5)
        let targets = testNumbers(rows, seed: 2, scale: 5)
        let (losses, dx) = (Matrix<Float>(unwritten: rows, 1), Matrix<Float>(unwritten: rows, 1))
        squaredError(x, targets: targets, scale: 0.125, into: losses, gradient: dx)
        let twin = twinSquaredError(
            x.table.values, targets: targets.map(Double.init), scale: 0.125)
        // The difference is rounded before it is squared.
        #expect(mismatch(losses.elements, twin.losses, relative: 3e-7) == nil)
        expect(dx, twin.dx)
    }

    @Test("Segment cross entropy is its twin's in its column, and leaves the others alone")
    func segments() {
        let lengths: [Int32] = [1, 7, 8, 1, 9, 63, 257, 2]
        let starts: [Int32] = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let rows = Int(starts[lengths.count])
        var targets = lengths.map { $0 / 2 }
        targets[2] = -100
        for columns in 1...3 {
            let x = Matrix<Float>(random: rows, columns, seed: 1, scale: 6)
            for column in 0..<columns {
                let losses = Matrix<Float>(unwritten: lengths.count, 1)
                let dx = Matrix<Float>(random: rows, columns, seed: 3)
                let before = dx.table
                segmentCrossEntropy(
                    x, column: column, cumulativeLengths: starts, targets: targets, scale: -2,
                    into: losses, gradient: dx, parallel: oneThread)
                let twin = twinSegmentCrossEntropy(
                    x.table, column: column, starts: starts, targets: targets, scale: -2)
                expect(losses, twin.losses)
                let expected = Table(rows, columns) {
                    $1 == column ? twin.dx[$0, $1] : before[$0, $1]
                }
                expect(dx, expected.values)
            }
        }
    }

    @Test("Logits beyond the range of exponentials lose nothing")
    func steep() {
        let x = Matrix<Float>(rows: 2, columns: 3, elements: [-3000, 1000, 2000, -1e9, 1e9, 1e9])
        let (losses, dx) = (Matrix<Float>(unwritten: 2, 1), Matrix<Float>(unwritten: 2, 3))
        softmaxCrossEntropy(
            x, labels: [1, 0], scale: 1, into: losses, gradient: dx, parallel: oneThread)
        #expect(losses.elements == [1000, 2e9])
        #expect(dx.elements == [0, -1, 1, -1, 0.5, 0.5])
        let column = Matrix<Float>(rows: 3, columns: 1, elements: [-3000, 1000, 2000])
        let (loss, slope) = (Matrix<Float>(unwritten: 1, 1), Matrix<Float>(unwritten: 3, 1))
        segmentCrossEntropy(
            column, column: 0, cumulativeLengths: [0, 3], targets: [1], scale: 1, into: loss,
            gradient: slope, parallel: oneThread)
        #expect(loss.elements == [1000] && slope.elements == [0, -1, 1])
        let targets = Matrix<Float>(rows: 2, columns: 3, elements: [1, 0, 1, 0, 1, 0])
        sigmoidCrossEntropy(
            x, targets: targets, scale: 3, into: losses, gradient: dx, parallel: oneThread)
        #expect(losses.elements == [4000 / 3, 1e9 / 3])
        #expect(dx.elements == [-1, 1, 0, 0, 0, 1])
    }

    @Test("The twins' gradients are their slopes")
    func slopes() {
        let x = Table(5, 3, testNumbers(15, seed: 1, scale: 2))
        let t = Table(5, 3, testIndices(15, below: 2, seed: 2).map { Double($0) })
        let labels: [Int32] = [0, 2, -100, 1, 2]
        let (starts, targets): ([Int32], [Int32]) = ([0, 2, 5], [1, 0])
        func expectSlope(_ loss: (Table) -> (losses: [Double], dx: Table)) {
            let slope = centralDifferences(at: x.values) {
                0.7 * loss(Table(5, 3, $0)).losses.reduce(0, +)
            }
            #expect(mismatch(loss(x).dx.values, slope, relative: 1e-7, absolute: 1e-9) == nil)
        }
        expectSlope { twinSoftmaxCrossEntropy($0, labels: labels, scale: 0.7) }
        expectSlope { twinSigmoidCrossEntropy($0, targets: t, scale: 0.7) }
        expectSlope {
            let twin = twinSquaredError($0.values, targets: t.values, scale: 0.7)
            return (twin.losses, Table(5, 3, twin.dx))
        }
        expectSlope {
            twinSegmentCrossEntropy($0, column: 1, starts: starts, targets: targets, scale: 0.7)
        }
    }

    private func expect(
        _ found: Matrix<Float>, _ expected: [Double],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            mismatch(found.elements, expected, relative: Self.rounding, absolute: 1e-12) == nil,
            sourceLocation: sourceLocation)
    }
}
