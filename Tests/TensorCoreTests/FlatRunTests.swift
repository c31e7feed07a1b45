import TensorCore
import TestSupport
import Testing

@Suite("Runs of slabs")
struct FlatRunTests {
    private static let shapes = [
        (1, 1), (3, 1023), (0, 5), (257, 63), (1, 16_384), (1, 16_385), (40, 1000), (1, 9),
    ]
    private let slabs = FlatSlab.line(ofCounts: shapes.map { $0.0 * $0.1 })

    private func matrices(_ seed: UInt64, scale: Float = 1) -> [Matrix<Float>] {
        Self.shapes.enumerated().map { index, shape in
            Matrix<Float>(
                random: shape.0, shape.1, seed: seed + UInt64(index), scale: scale)
        }
    }

    /// The line cut into runs of these many slabs, over and over.
    private func runs(_ lengths: [Int]) -> [ArraySlice<FlatSlab>] {
        var runs: [ArraySlice<FlatSlab>] = []
        var start = 0
        while start < slabs.count {
            let end = min(slabs.count, start + lengths[runs.count % lengths.count])
            runs.append(slabs[start..<end])
            start = end
        }
        return runs
    }

    @Test("what is packed run by run is the line, and comes back", arguments: [1, 2])
    func packs(threads: Int) {
        let parallel = Parallel(threads: threads)
        let source = matrices(1)
        let line = source.flatMap(\.elements)
        for lengths in [[1], [3, 1], [0, 2], [100]] {
            let target = Self.shapes.map { Matrix<Float>(rows: $0.0, columns: $0.1) }
            let copies = target.enumerated().map { index, matrix in
                index % 2 == 0
                    ? Matrix<BFloat16>(rows: matrix.rows, columns: matrix.columns) : nil
            }
            for run in runs(lengths) {
                let buffer = Matrix<Float>(rows: 1, columns: run.elementCount + 12)
                let place = run.first?.place ?? 0
                let packed = RunPlace.buffer(buffer, from: place - 5)
                copyRun(run, from: .matrices(source), into: packed, parallel: parallel)
                #expect(
                    Array(buffer.elements[5..<5 + run.elementCount])
                        == Array(line[place..<place + run.elementCount]))
                #expect(buffer.elements.suffix(7) == Array(repeating: 0, count: 7)[...])
                copyRun(run, from: packed, into: .matrices(target), parallel: parallel)
                roundRun(run, of: target, into: copies, parallel: parallel)
            }
            #expect(target.flatMap(\.elements) == line)
            for (copy, matrix) in zip(copies, source) {
                guard let copy else { continue }
                #expect(copy.elements == matrix.elements.map(BFloat16.init(rounding:)))
            }
        }
    }

    @Test("sums of matrices and buffers are made in the given order", arguments: [1, 2])
    func adds(threads: Int) {
        let values = (0..<4).map { matrices(UInt64(10 * $0), scale: $0 == 2 ? 1e3 : 1) }
        let lines = values.map { $0.flatMap(\.elements) }
        for run in runs([2, 3]) {
            let place = run.first?.place ?? 0
            let elements = place..<place + run.elementCount
            let buffers = (0..<3).map { number in
                Matrix<Float>(
                    rows: 1, columns: run.elementCount,
                    elements: number == 2
                        ? elements.map { _ in 0 } : Array(lines[number + 1][elements]))
            }
            let places = buffers.map { RunPlace.buffer($0, from: place) }
            addRuns(
                [
                    RunSum(.matrices(values[0]), places[0], into: places[0]),
                    RunSum(places[1], .matrices(values[3]), into: places[2]),
                    RunSum(places[0], places[2], into: places[0]),
                ], of: run, parallel: Parallel(threads: threads))
            #expect(
                buffers[0].elements
                    == elements.map {
                        (lines[0][$0] + lines[1][$0]) + (lines[2][$0] + lines[3][$0])
                    })
            #expect(buffers[1].elements == Array(lines[2][elements]))
        }
        #expect(values.map { $0.flatMap(\.elements) } == lines)
    }

    /// Moments lie in one line here, behind three other elements.
    @Test("a step over runs has the bits of a step over matrices", arguments: [1, 2])
    func steps(threads: Int) {
        let parallel = Parallel(threads: threads)
        for lengths in [[1], [2, 3], [100]] {
            let (whole, cut) = (matrices(1), matrices(1))
            let rounded = cut.map { Matrix<BFloat16>(rows: $0.rows, columns: $0.columns) }
            let (first, second) = (matrices(2), matrices(3).map { squares(of: $0) })
            let gradients = matrices(4, scale: 2)
            let ratios = whole.indices.map {
                updateMoments(
                    gradient: gradients[$0], first: first[$0], second: second[$0],
                    firstDecay: 0.9, secondDecay: 0.95, epsilon: 1e-3, parallel: parallel)
            }
            let norms = gradients.map { sumOfSquares($0, parallel: parallel) }
            let rates = ratios.map { Float(1e-2 / max(1, $0)) }
            let keeps = rates.map { 1 - $0 / 10 }
            for index in whole.indices {
                updateParameter(
                    whole[index], first: first[index], second: second[index],
                    learningRate: rates[index], keep: keeps[index], epsilon: 1e-3, rounded: nil,
                    parallel: parallel)
            }

            let (m, v) = (line(matrices(2)), line(matrices(3).map { squares(of: $0) }))
            let sums = Matrix<Double>(rows: slabs.count, columns: 2)
            for run in runs(lengths) {
                let gradient = Matrix<Float>(rows: 1, columns: run.elementCount)
                copyRun(
                    run, from: .matrices(gradients),
                    into: .buffer(gradient, from: run.first?.place ?? 0), parallel: parallel)
                updateMoments(
                    run, gradient: gradient, first: m, second: v,
                    at: 3 + (run.first?.place ?? 0), firstDecay: 0.9, secondDecay: 0.95,
                    epsilon: 1e-3, partials: sums, from: run.startIndex, parallel: parallel)
                updateParameters(
                    run, of: cut, first: m, second: v, at: 3 + (run.first?.place ?? 0),
                    learningRates: rates, keeps: keeps, epsilon: 1e-3, rounded: rounded,
                    parallel: parallel)
            }
            #expect(m.elements.dropFirst(3) == first.flatMap(\.elements)[...])
            #expect(v.elements.dropFirst(3) == second.flatMap(\.elements)[...])
            #expect(cut.map(\.elements) == whole.map(\.elements))
            #expect(
                rounded.map(\.elements) == whole.map { $0.elements.map(BFloat16.init(rounding:)) })
            for index in whole.indices where whole[index].count > 0 {
                let own = slabs.indices.filter { slabs[$0].matrix == index }
                let sum = own.reduce(0) { $0 + sums[$1, 0] }
                #expect(sum / Double(whole[index].count) == ratios[index])
                #expect(own.reduce(0) { $0 + sums[$1, 1] } == norms[index])
            }
        }
    }

    private func squares(of matrix: Matrix<Float>) -> Matrix<Float> {
        Matrix(
            rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { $0 * $0 })
    }

    private func line(_ matrices: [Matrix<Float>]) -> Matrix<Float> {
        let elements = [0, 0, 0] + matrices.flatMap(\.elements)
        return Matrix(rows: 1, columns: elements.count, elements: elements)
    }
}
