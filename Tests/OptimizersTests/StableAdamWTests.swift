import Autograd
import Foundation
import Optimizers
import TensorCore
import TestSupport
import Testing

/// The rule, one number at a time in double precision.
private struct ReferenceStableAdamW {
    var value: [Double]
    var first: [Double]
    var second: [Double]
    let decays: Bool

    init(_ value: [Float], decays: Bool) {
        self.value = value.map(Double.init)
        first = Array(repeating: 0, count: value.count)
        second = first
        self.decays = decays
    }

    mutating func step(
        _ count: Int, gradient: [Float], rate: Double, rule: StableAdamW.Configuration
    ) {
        func debiased(_ beta: Double) -> Double {
            (pow(beta, Double(count)) - beta) / (pow(beta, Double(count)) - 1)
        }
        let (beta1, beta2) = (debiased(rule.firstDecay), debiased(rule.secondDecay))
        var sum = 0.0
        for (i, g) in gradient.map(Double.init).enumerated() {
            first[i] = beta1 * first[i] + (1 - beta1) * g
            second[i] = beta2 * second[i] + (1 - beta2) * g * g
            sum += g * g / max(second[i], rule.epsilon * rule.epsilon)
        }
        let limited = rate / max(1, (sum / Double(gradient.count)).squareRoot())
        for i in value.indices {
            if decays {
                value[i] *= 1 - limited / rule.peakLearningRate * rule.weightDecay
            }
            value[i] -= limited * first[i] / (second[i].squareRoot() + rule.epsilon)
        }
    }
}

@Suite("StableAdamW")
struct StableAdamWTests {
    private let parallel = Parallel(threads: 2)

    private func gradient(_ parameter: Parameter, step: Int) -> Matrix<Float> {
        let value = parameter.tensor.value
        let matrix = testMatrix(value.rows, value.columns, seed: UInt64(step))
        // A sudden tenfold gradient, to be limited.
        if step == 4 {
            for row in 0..<matrix.rows {
                for column in 0..<matrix.columns {
                    matrix[row, column] *= 10
                }
            }
        }
        return matrix
    }

    @Test("ten steps agree with the rule in double precision")
    func agreesWithRule() {
        let parameters = [
            Parameter(name: "matrix", rows: 37, columns: 61),
            Parameter(name: "norm", count: 65, filledWith: 1),
        ]
        parameters[0].tensor.value.copy(from: testMatrix(37, 61, seed: 50))
        let rule = StableAdamW.Configuration(weightDecay: 0.01, peakLearningRate: 0.004)
        let optimizer = StableAdamW(parameters: parameters, configuration: rule)
        var references = parameters.map {
            ReferenceStableAdamW($0.tensor.value.elements, decays: $0.decays)
        }
        for step in 1...10 {
            let rate = 0.004 * Double(11 - step) / 10
            optimizer.zeroGradients()
            var squares = 0.0
            for (index, parameter) in parameters.enumerated() {
                let gradient = gradient(parameter, step: step)
                squares += gradient.elements.reduce(0) { $0 + Double($1) * Double($1) }
                references[index].step(
                    step, gradient: gradient.elements, rate: rate, rule: rule)
                parameter.addGradient(gradient, parallel: parallel)
            }
            let report = optimizer.step(learningRate: rate, parallel: parallel)
            #expect(abs(report.gradientNorm / squares.squareRoot() - 1) < 1e-6)
            #expect((report.largestRatio > 1.5) == (step == 4), "step \(step): \(report)")
            if step == 4 { #expect(report.limitedCount == 2) }
        }
        #expect(optimizer.stepCount == 10)
        for (parameter, reference) in zip(parameters, references) {
            // Each step rounds a number of order one a few times: 10 · 4 · 2⁻²⁴.
            for (value, expected) in zip(parameter.tensor.value.elements, reference.value) {
                #expect(abs(Double(value) - expected) < 2.5e-6)
            }
        }
    }

    @Test("an optimizer restored from moments and step count continues with the same bits")
    func restores() {
        func makeParameter() -> Parameter { Parameter(name: "w", rows: 9, columns: 33) }
        func run(_ optimizer: StableAdamW, _ steps: ClosedRange<Int>) {
            for step in steps {
                optimizer.zeroGradients()
                let parameter = optimizer.parameters[0]
                parameter.addGradient(gradient(parameter, step: step), parallel: parallel)
                optimizer.step(learningRate: 1e-3, parallel: parallel)
            }
        }
        let whole = StableAdamW(parameters: [makeParameter()], configuration: .init())
        run(whole, 1...6)
        let before = StableAdamW(parameters: [makeParameter()], configuration: .init())
        run(before, 1...3)
        let after = StableAdamW(parameters: [makeParameter()], configuration: .init())
        after.parameters[0].tensor.value.copy(from: before.parameters[0].tensor.value)
        after.moments[0].first.copy(from: before.moments[0].first)
        after.moments[0].second.copy(from: before.moments[0].second)
        after.restore(stepCount: before.stepCount)
        run(after, 4...6)
        #expect(
            after.parameters[0].tensor.value.elements
                == whole.parameters[0].tensor.value.elements)
    }

    @Test("decay reaches matrices at its full share only at the peak learning rate")
    func decay() {
        let matrix = Parameter(name: "matrix", rows: 1, columns: 1)
        let norm = Parameter(name: "norm", count: 1, filledWith: 1)
        matrix.tensor.value.fill(1)
        let optimizer = StableAdamW(
            parameters: [matrix, norm],
            configuration: .init(weightDecay: 0.5, peakLearningRate: 1))
        for parameter in optimizer.parameters {
            parameter.addGradient(Matrix(rows: 1, columns: 1), parallel: parallel)
        }
        optimizer.step(learningRate: 0.5, parallel: parallel)
        #expect(matrix.tensor.value.elements == [0.75])
        #expect(norm.tensor.value.elements == [1])
    }
}
