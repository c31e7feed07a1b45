import Autograd
import Checkpoints
import Encoders
import Optimizers
import PackedBatches
import Streaming
import TensorCore
import TestSupport
import Tokenization

/// A tiny model that is trained on made-up batches, a function of the step.
struct TinyTraining {
    let model: MaskedLanguageModel
    let optimizer: StableAdamW
    private let parallel = Parallel(threads: 1)
    private let pool = BufferPool()

    /// A model of the given seed.
    init(seed: UInt64, vocabularySize: Int = 96) {
        model = TinyModel.make(seed: seed, vocabularySize: vocabularySize)
        optimizer = StableAdamW(parameters: model.parameters, configuration: .init())
    }

    /// Two sequences whose tokens depend on the step.
    static func batch(step: Int) -> PackedBatch {
        let tokens = testIndices(31, below: 96, seed: UInt64(step))
        return PackedBatch(
            tokenIDs: tokens, labels: tokens.indices.map { $0 % 3 == 0 ? tokens[30 - $0] : -100 },
            cumulativeSequenceLengths: [0, 20, 31], sequenceSources: [0, 0])
    }

    /// Takes the optimizer's next step.
    func step() {
        let batch = Self.batch(step: optimizer.stepCount)
        let tape = Tape<Float>(parallel: parallel, pool: pool)
        optimizer.zeroGradients()
        let output = model.forward(batch, on: tape, dropout: nil, lossScale: 1 / 11)
        tape.backward(from: output.loss)
        optimizer.step(learningRate: 1e-3, parallel: parallel)
    }

    /// A row of logits for each token of a batch.
    func logits(_ batch: PackedBatch) -> [Float] {
        let tape = Tape<Float>(parallel: parallel, pool: pool, recording: false)
        return model.logits(batch, on: tape).elements
    }

    /// A trainer's state in the middle of a run.
    var state: TrainerState {
        var lane = LaneState(sources: 2)
        lane.microbatches = 7
        lane.samplesRead = [40, 2]
        lane.waiting = [.init(source: 1, number: 1)]
        var state = TrainerState(
            recipe: "name: tiny\n", environment: ["openblas": "SkylakeX"])
        state.stage = 2
        state.clock.advance(by: 1 << 40)
        state.lanes = [lane]
        state.tokensBySource = [1 << 40, 31]
        state.completedStages = [.init(name: "pretrain", checkpoint: "pretrain-000000500")]
        state.metricsBytes = 12
        return state
    }

    /// The bits of all weights, in the order of the parameters.
    var bits: [[UInt32]] { model.parameters.map { $0.tensor.value.elements.map(\.bitPattern) } }
}
