import Autograd
import Encoders
import Optimizers
import PackedBatches
import TensorCore
import TestSupport
import Testing
import Training

@Suite("Heads for tasks compute what transformers computes")
struct HeadParityTests {
    @Test("logits", arguments: HeadFixture.all)
    func logits(fixture: HeadFixture) throws {
        let model = try fixture.model()
        let sequences = try fixture.record().examples.flatMap(\.sequences)
        let tape = Tape<Float>(
            parallel: Parallel(threads: 2), pool: BufferPool(), recording: false)
        let logits = try #require(model.logits(of: sequences, budget: 4096, on: tape))
        let expected = try fixture.results().floats("logits")
        let found = logits.flatMap(\.self).flatMap(\.self)
        #expect(mismatch(found, expected, share: 1e-5) == nil)
    }

    @Test(
        "losses and the gradient of every parameter",
        arguments: HeadFixture.all)
    func gradients(fixture: HeadFixture) throws {
        let (model, record) = (try fixture.model(), try fixture.record())
        let loss = try model.step().addGradients(of: record.examples, seed: 1, step: 0)
        let expected = try #require(record.loss)
        #expect(abs(loss - expected) <= 1e-5 * max(1, expected), "\(loss), not \(expected)")
        let results = try fixture.results()
        for parameter in model.parameters {
            let gradient = parameter.tensor.gradient?.elements ?? []
            let expected = try results.floats("gradient.", of: parameter)
            let largest = expected.reduce(0) { max($0, $1.magnitude) }
            // Where a softmax over rows follows, the bias' gradient is 0.
            let allowed = max(1e-4 * Double(largest), 1e-7)
            let difference = mismatch(gradient, expected, relative: 0, absolute: allowed)
            #expect(difference == nil, "\(parameter.name)")
        }
        let fused = model.parameters.count { $0.name.contains(".query_key_value.") }
        #expect(results.tensors.count == model.parameters.count + 2 * fused + 1)
    }

    @Test(
        "in bf16 losses and gradients follow them within its rounding",
        arguments: HeadFixture.all)
    func bfloat16(fixture: HeadFixture) throws {
        let (model, record) = (try fixture.model(), try fixture.record())
        let loss = try model.step(precision: .bf16)
            .addGradients(of: record.examples, seed: 1, step: 0)
        let expected = try #require(record.loss)
        #expect(abs(loss - expected) <= 2e-2 * max(1, expected), "\(loss), not \(expected)")
        for parameter in model.parameters {
            let gradient = parameter.tensor.gradient?.elements.map(Double.init) ?? []
            let exact = try fixture.results().floats("gradient.", of: parameter)
                .map(Double.init)
            let error = zip(gradient, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            // A dozen roundings of 2⁻⁹ between a number and its gradient.
            #expect(
                error.squareRoot() <= 5e-2 * dot(exact, exact).squareRoot() + 2e-3,
                "\(parameter.name)")
        }
    }

    @Test(
        "twenty steps of AdamW with gradients cut, warm-up, decay of rates and of matrices",
        arguments: HeadFixture.allTrained)
    func training(fixture: HeadFixture) throws {
        let (model, record) = (try fixture.model(), try fixture.record(trained: true))
        let step = model.step(rule: .adamW(weightDecay: 0.01))
        let (rates, losses) = (try #require(record.rates), try #require(record.losses))
        let norms = try #require(record.norms)
        let examples = record.examples
        for (index, rate) in rates.enumerated() {
            let batch = (0..<4).map { examples[(4 * index + $0) % examples.count] }
            let result = try step(batch, learningRate: rate, seed: 1, step: index)
            #expect(abs(result.loss / losses[index] - 1) < 1e-5, "step \(index)")
            #expect(abs(result.gradientNorm / norms[index] - 1) < 1e-5, "step \(index)")
        }
        let results = try fixture.results(trained: true)
        // The gradient of a bias before a softmax over rows is rounding alone, whose sign AdamW
        // follows.
        let isArbitrary = model.task.kind == .choice
        for parameter in model.parameters
        where !(isArbitrary && parameter.name == "classifier.bias") {
            var (found, expected) = (
                parameter.tensor.value.elements, try results.floats("", of: parameter)
            )
            if parameter.name.hasSuffix(".query_key_value.bias") {
                // So is that of the keys' bias, which adds the same to all scores of a query.
                let keys = found.count / 3..<found.count / 3 * 2
                found.removeSubrange(keys)
                expected.removeSubrange(keys)
            }
            let difference = mismatch(found, expected, relative: 0, absolute: 1e-5)
            #expect(difference == nil, "\(parameter.name)")
        }
    }
}
