import Autograd
import Encoders
import Optimizers
import TensorCore
import TestSupport
import Testing

/// Compares with a tolerance that is a share of the largest expected number, because small numbers
/// that are sums of large ones carry the large ones' rounding errors.
private func mismatch(_ actual: [Float], _ expected: [Float], share: Double) -> Mismatch? {
    let largest = expected.reduce(0) { max($0, $1.magnitude) }
    return TestSupport.mismatch(
        actual, expected, relative: 0, absolute: share * Double(largest))
}

@Suite("ModernBERT computes what transformers computes", .serialized)
struct ModernBERTParityTests {
    private let parallel = Parallel(threads: 2)
    private let pool = BufferPool()

    private func tape(recording: Bool = true) -> Tape<Float> {
        Tape<Float>(parallel: parallel, pool: pool, recording: recording)
    }

    @Test("hidden states and logits of packed sequences", arguments: Parity.names)
    func logits(name: String) throws {
        let parity = try Parity(name)
        let model = try parity.model()
        var hidden: [Float] = []
        var logits: [Float] = []
        for microbatch in parity.record.microbatches {
            let silent = tape(recording: false)
            hidden += model.hiddenStates(microbatch.packed, on: silent).value.elements
            logits += model.logits(microbatch.packed, on: silent).elements
        }
        #expect(mismatch(hidden, try parity.tensors.floats("hidden"), share: 1e-5) == nil)
        #expect(mismatch(logits, try parity.tensors.floats("logits"), share: 1e-5) == nil)
    }

    @Test("losses and every parameter's gradient over two microbatches", arguments: Parity.names)
    func gradients(name: String) throws {
        let parity = try Parity(name)
        let model = try parity.model()
        var losses: [Float] = []
        for microbatch in parity.record.microbatches {
            let tape = tape()
            let output = model.forward(
                microbatch.packed, on: tape, dropout: nil,
                lossScale: 1 / Float(parity.scoredCount))
            tape.backward(from: output.loss)
            losses += output.rowLosses
        }
        #expect(mismatch(losses, parity.record.losses, share: 1e-5) == nil)
        for parameter in model.parameters {
            let expected = try parity.tensors.floats("gradient." + parameter.name)
            let gradient = parameter.tensor.gradient?.elements ?? []
            #expect(mismatch(gradient, expected, share: 1e-4) == nil, "\(parameter.name)")
        }
    }

    @Test("the losses of twenty optimizer steps", arguments: Parity.names)
    func training(name: String) throws {
        let parity = try Parity(name)
        let model = try parity.model()
        let rule = parity.record.optimizer
        let optimizer = StableAdamW(
            parameters: model.parameters,
            configuration: .init(
                firstDecay: rule.beta1, secondDecay: rule.beta2, epsilon: rule.epsilon,
                weightDecay: rule.weightDecay, peakLearningRate: rule.peak))
        let scale = 1 / Float(parity.scoredCount)
        for (step, rate) in parity.record.rates.enumerated() {
            var loss = 0.0
            optimizer.zeroGradients()
            for microbatch in parity.record.microbatches {
                let tape = tape()
                let output = model.forward(
                    microbatch.packed, on: tape, dropout: nil, lossScale: scale)
                tape.backward(from: output.loss)
                loss += Double(output.loss.value[0, 0])
            }
            let expected = parity.record.trainingLosses[step]
            #expect(abs(loss / expected - 1) < 1e-4, "step \(step): \(loss), not \(expected)")
            optimizer.step(learningRate: rate, parallel: parallel)
        }
    }
}
