import Autograd
import Foundation
import Optimizers
import TensorCore
import TestSupport
import Testing

/// PyTorch's rule, one number at a time in double precision: moments whose bias is corrected, and a
/// decay of the learning rate's share.
private struct ReferenceAdamW {
    var value: [Double]
    private var first: [Double]
    private var second: [Double]
    private let decays: Bool

    init(_ parameter: Parameter) {
        value = parameter.tensor.value.elements.map(Double.init)
        first = value.map { _ in 0 }
        second = first
        decays = parameter.decays
    }

    mutating func step(
        _ count: Int, gradient: [Double], rate: Double, rule: StableAdamW.Configuration
    ) {
        let (beta1, beta2) = (rule.firstDecay, rule.secondDecay)
        for (i, g) in gradient.enumerated() {
            first[i] = beta1 * first[i] + (1 - beta1) * g
            second[i] = beta2 * second[i] + (1 - beta2) * g * g
            let mean = first[i] / (1 - pow(beta1, Double(count)))
            let square = second[i] / (1 - pow(beta2, Double(count)))
            if decays { value[i] -= rate * rule.weightDecay * value[i] }
            value[i] -= rate * mean / (square.squareRoot() + rule.epsilon)
        }
    }
}

@Suite("AdamW")
struct AdamWTests {
    private let parallel = Parallel(threads: 2)

    private func parameters() -> [Parameter] {
        let parameters = [
            Parameter(name: "matrix", rows: 37, columns: 61),
            Parameter(name: "bias", count: 65, filledWith: 1),
        ]
        parameters[0].tensor.value.copy(from: testMatrix(37, 61, seed: 50))
        return parameters
    }

    private func norm(_ gradients: [Matrix<Float>]) -> Double {
        gradients.reduce(0) { $0 + $1.elements.reduce(0) { $0 + Double($1) * Double($1) } }
            .squareRoot()
    }

    @Test("Ten steps agree with PyTorch's rule in double precision", arguments: [nil, 1, 30, 1000])
    func agreesWithRule(clip: Double?) {
        let parameters = parameters()
        let rule = StableAdamW.Configuration.adamW(weightDecay: 0.01, gradientClip: clip)
        let optimizer = StableAdamW(parameters: parameters, configuration: rule)
        var references = parameters.map(ReferenceAdamW.init)
        for step in 1...10 {
            let rate = 4e-3 * Double(11 - step) / 10
            let gradients = parameters.enumerated().map { index, parameter in
                let value = parameter.tensor.value
                return testMatrix(value.rows, value.columns, seed: UInt64(2 * step + index))
            }
            let norm = norm(gradients)
            let share = clip.map { min(1, $0 / (norm + 1e-6)) } ?? 1
            optimizer.zeroGradients()
            for (index, gradient) in gradients.enumerated() {
                references[index].step(
                    step, gradient: gradient.elements.map { share * Double($0) }, rate: rate,
                    rule: rule)
                parameters[index].addGradient(gradient, parallel: parallel)
            }
            let report = optimizer.step(learningRate: rate, parallel: parallel)
            // The norm is that before the cut; no rate is limited.
            #expect(abs(report.gradientNorm / norm - 1) < 1e-6)
            #expect(report.limitedCount == 0)
        }
        for (parameter, reference) in zip(parameters, references) {
            // Each step rounds a number of order one a few times: 10 · 4 · 2⁻²⁴.
            #expect(
                mismatch(
                    parameter.tensor.value.elements, reference.value, relative: 0,
                    absolute: 2.5e-6) == nil)
        }
    }

    @Test("Gradients are cut together, to the norm, and left to the bit where they are shorter")
    func clip() {
        for (limit, isCut) in [(1.0, true), (1e3, false)] {
            let parameters = parameters()
            let optimizer = StableAdamW(
                parameters: parameters, configuration: .adamW(gradientClip: limit))
            let gradients = [testMatrix(37, 61, seed: 1), testMatrix(1, 65, seed: 2)]
            let norm = norm(gradients)
            let before = gradients.map(\.elements)
            for (parameter, gradient) in zip(parameters, gradients) {
                parameter.addGradient(gradient, parallel: parallel)
            }
            optimizer.step(learningRate: 1e-3, parallel: parallel)
            let after = parameters.compactMap { $0.tensor.gradient }
            if isCut {
                let factor = Float(limit / (norm + 1e-6))
                for (after, before) in zip(after, before) {
                    let expected = before.map { factor * $0 }
                    #expect(mismatch(after.elements, expected, relative: 2e-7) == nil)
                }
            } else {
                #expect(after.map(\.elements) == before)
            }
        }
    }

    @Test("A step takes away λ times the rate of matrices, and nothing of vectors")
    func decay() {
        let (matrix, bias) = (
            Parameter(name: "matrix", rows: 1, columns: 1), Parameter(name: "bias", count: 1)
        )
        for parameter in [matrix, bias] { parameter.tensor.value.fill(1) }
        let optimizer = StableAdamW(
            parameters: [matrix, bias], configuration: .adamW(weightDecay: 0.5))
        for parameter in optimizer.parameters {
            parameter.addGradient(Matrix(rows: 1, columns: 1), parallel: parallel)
        }
        optimizer.step(learningRate: 0.25, parallel: parallel)
        #expect(matrix.tensor.value.elements == [0.875])
        #expect(bias.tensor.value.elements == [1])
    }

    @Test("A sudden gradient limits the rate of StableAdamW, and not that of AdamW")
    func limit() throws {
        func steps(_ rule: StableAdamW.Configuration) -> (StableAdamW.Report?, [Float]) {
            let parameter = Parameter(name: "w", rows: 3, columns: 5)
            let optimizer = StableAdamW(parameters: [parameter], configuration: rule)
            var report: StableAdamW.Report?
            for scale in [0.1, 10] as [Float] {
                optimizer.zeroGradients()
                parameter.addGradient(
                    Matrix(
                        rows: 3, columns: 5, elements: testNumbers(15, seed: 1, scale: scale)),
                    parallel: parallel)
                report = optimizer.step(learningRate: 1e-2, parallel: parallel)
            }
            return (report, parameter.tensor.value.elements)
        }
        let free = StableAdamW.Configuration.adamW(secondDecay: 0.99, gradientClip: nil)
        var limited = free
        limited.limitsRates = true
        let ((wide, far), (narrow, near)) = (steps(free), steps(limited))
        #expect(try #require(wide).largestRatio > 1.3)
        #expect(wide?.largestRatio == narrow?.largestRatio)
        #expect(wide?.limitedCount == 0 && narrow?.limitedCount == 1)
        #expect(zip(far, near).allSatisfy { abs($0) > abs($1) })
    }

    @Test("A table of which some rows are here is limited as the whole one is")
    func counts() {
        let (whole, part) = (
            Parameter(name: "table", rows: 5, columns: 7),
            Parameter(name: "table", rows: 4, columns: 7)
        )
        let places: [Int32] = [0, 2, 3, 4]
        var rule = StableAdamW.Configuration.adamW(secondDecay: 0.9, gradientClip: nil)
        rule.limitsRates = true
        let optimizers = [
            StableAdamW(parameters: [whole], configuration: rule),
            StableAdamW(parameters: [part], configuration: rule, counting: ["table": 35]),
        ]
        for step in 1...4 {
            let gradient = Matrix<Float>(
                rows: 4, columns: 7,
                elements: testNumbers(28, seed: UInt64(step), scale: pow(30, Float(step))))
            let sparse = Matrix<Float>(rows: 5, columns: 7)
            replaceRows(of: sparse, at: places, by: gradient, parallel: parallel)
            for optimizer in optimizers { optimizer.zeroGradients() }
            whole.addGradient(sparse, parallel: parallel)
            part.addGradient(gradient, parallel: parallel)
            let reports = optimizers.map { $0.step(learningRate: 0.1, parallel: parallel) }
            #expect(abs(reports[0].largestRatio / reports[1].largestRatio - 1) < 1e-6)
            // The ratio of the rows that are here is 1 in the first step, that of all √0.8.
            #expect(reports.map(\.limitedCount) == (step == 1 ? [0, 0] : [1, 1]))
        }
        let rows = Matrix<Float>(rows: 4, columns: 7)
        gatherRows(of: whole.tensor.value, at: places, into: rows, parallel: parallel)
        #expect(
            mismatch(part.tensor.value.elements, rows.elements, relative: 0, absolute: 1e-6)
                == nil)
    }
}
