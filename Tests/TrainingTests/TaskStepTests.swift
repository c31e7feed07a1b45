import Autograd
import Encoders
import Host
import Optimizers
import PackedBatches
import TensorCore
import TestSupport
import Testing
import Training

@Suite("A step of fine-tuning")
struct TaskStepTests {
    /// Heads of every kind, of two layers and of three.
    static let fixtures = ["label-cls-2", "label-mean-5", "tokens-5", "answers", "choice-mean"]
        .map(HeadFixture.init)
    /// Every part of a model of three layers and of two.
    static let parts: [TrainedPart] = [
        .withoutEmbeddings, .layers(from: 1), .layers(from: 2), .head,
    ]

    private func gradients(
        _ model: TaskModel, _ examples: [TaskExample], _ part: TrainedPart = .all,
        precision: Precision = .fp32, microbatchTokens: Int = 4096, threads: Int = 2
    ) throws -> (loss: Double, gradients: [[Float]?]) {
        for parameter in model.parameters { parameter.tensor.discardGradient() }
        let step = model.step(
            part, precision: precision, microbatchTokens: microbatchTokens, threads: threads)
        let loss = try step.addGradients(of: examples, seed: 7, step: 3)
        return (loss, model.parameters.map { $0.tensor.gradient?.elements })
    }

    @Test(
        "Parts that are trained get the gradients they get where all is, to the bit; others none",
        arguments: fixtures, [Precision.fp32, .bf16])
    func parts(fixture: HeadFixture, precision: Precision) throws {
        let (model, examples) = (try fixture.model(dropout: 0.2), try fixture.record().examples)
        let all = try gradients(model, examples, precision: precision)
        #expect(!all.gradients.contains(nil))
        for part in Self.parts {
            let found = try gradients(model, examples, part, precision: precision)
            #expect(found.loss == all.loss)
            let trained = Set(model.parameters(in: part).map(\.name))
            for (index, parameter) in model.parameters.enumerated() {
                let expected = trained.contains(parameter.name) ? all.gradients[index] : nil
                #expect(found.gradients[index] == expected, "\(part): \(parameter.name)")
            }
        }
    }

    @Test("What is trained of a model is what the part says")
    func names() throws {
        let model = try HeadFixture("label-mean-5").model()
        func names(_ part: TrainedPart) -> [String] { model.parameters(in: part).map(\.name) }
        let head = [
            "head.dense.weight", "head.norm.weight", "classifier.weight", "classifier.bias",
        ]
        #expect(names(.head) == head)
        #expect(names(.layers(from: 3)) == ["model.final_norm.weight"] + head)
        #expect(names(.layers(from: 2)).count == 6 + 1 + 4)
        #expect(names(.withoutEmbeddings) == names(.layers(from: 0)))
        #expect(
            names(.all) == [
                "model.embeddings.tok_embeddings.weight", "model.embeddings.norm.weight",
            ] + names(.withoutEmbeddings))
        #expect(names(.all) == model.parameters.map(\.name))
    }

    @Test("Steps leave what is frozen as it was, and change all that is trained")
    func frozen() throws {
        let fixture = HeadFixture("label-mean-5")
        let examples = try fixture.record().examples
        for part in Self.parts {
            let model = try fixture.model()
            let before = model.parameters.map { $0.tensor.value.elements }
            let step = model.step(part, rule: .adamW(weightDecay: 0.1))
            for index in 0..<3 {
                _ = try step(examples, learningRate: 1e-3, seed: 1, step: index)
            }
            let trained = Set(model.parameters(in: part).map(\.name))
            for (parameter, before) in zip(model.parameters, before) {
                #expect(
                    (parameter.tensor.value.elements != before) == trained.contains(parameter.name),
                    "\(part): \(parameter.name)")
            }
        }
    }

    @Test("The size of microbatches changes rounding only", arguments: fixtures)
    func microbatches(fixture: HeadFixture) throws {
        let (model, examples) = (try fixture.model(), try fixture.record().examples)
        let whole = try gradients(model, examples)
        for size in [1, 14, 20] {
            let parts = try gradients(model, examples, microbatchTokens: size)
            #expect(abs(parts.loss - whole.loss) < 1e-5)
            for (index, parameter) in model.parameters.enumerated() {
                let (found, expected) = (parts.gradients[index], whole.gradients[index])
                // Biases that shift all scores of a softmax have a gradient of 0, but for rounding.
                let largest = (expected ?? []).reduce(0) { max($0, Double($1).magnitude) }
                #expect(
                    mismatch(
                        found ?? [], expected ?? [.nan], relative: 0,
                        absolute: 1e-5 * largest + 1e-7) == nil,
                    "\(size): \(parameter.name)")
            }
        }
    }

    @Test("An example's logits depend on its batch by rounding only", arguments: fixtures)
    func batches(fixture: HeadFixture) throws {
        let (model, sequences) = (
            try fixture.model(), try fixture.record().examples.flatMap(\.sequences)
        )
        let tape = Tape<Float>(
            parallel: Parallel(threads: 2), pool: BufferPool(), recording: false)
        let alone = try sequences.map {
            try #require(model.logits(of: [$0], budget: 1, on: tape))[0].flatMap(\.self)
        }
        for budget in [1, 14, 4096] {
            let (forward, backward) = (
                try #require(model.logits(of: sequences, budget: budget, on: tape)),
                try #require(model.logits(of: sequences.reversed(), budget: budget, on: tape))
            )
            for (index, expected) in alone.enumerated() {
                for found in [forward[index], backward[sequences.count - 1 - index]] {
                    let difference = mismatch(
                        found.flatMap(\.self), expected, relative: 0, absolute: 1e-5)
                    #expect(difference == nil)
                }
            }
        }
    }

    @Test(
        "The number of threads changes no bit of gradients and steps",
        arguments: TaskHead.Kind.allCases, [Precision.fp32, .bf16])
    func threads(kind: TaskHead.Kind, precision: Precision) throws {
        let bits = try [1, 2, 3].map { threads in
            let model = Self.randomModel(kind)
            let step = model.step(
                rule: .adamW(weightDecay: 0.1), precision: precision, microbatchTokens: 700,
                threads: threads)
            let losses = try (0..<3).map { index in
                try step(Self.examples(of: kind), learningRate: 1e-3, seed: 1, step: index).loss
            }
            return (losses, model.parameters.map { $0.tensor.value.elements })
        }
        for other in bits.dropFirst() {
            #expect(other.0 == bits[0].0 && other.1 == bits[0].1)
        }
    }

    @Test("Sequences of which no tag is learned take part without a loss")
    func unread() throws {
        let fixture = HeadFixture("tokens-5")
        let (model, examples) = (try fixture.model(), try fixture.record().examples)
        let mute = examples.map { example in
            TaskExample(
                example.sequences.map { TaskSequence(ids: $0.ids, rows: []) }, .tags([]))
        }
        let (alone, _) = try gradients(model, examples)
        let (beside, _) = try gradients(model, examples + mute, microbatchTokens: 14)
        #expect(abs(alone - beside) < 1e-6)
        let (nothing, none) = try gradients(model, mute)
        #expect(nothing == 0 && none.allSatisfy { $0?.allSatisfy { $0 == 0 } == true })
        let ignored = examples.map { example in
            let count = example.sequences[0].rows.count
            return TaskExample(
                example.sequences,
                .tags(Array(repeating: PackedBatch.ignoredLabel, count: count)))
        }
        #expect(try gradients(model, ignored).loss == 0)
        #expect(try abs(gradients(model, examples + ignored).loss - alone) < 1e-6)
    }

    /// A model of initial weights.
    private static func randomModel(_ kind: TaskHead.Kind) -> TaskModel {
        var configuration = TinyModel.configuration()
        configuration.attentionOutputDropout = 0.1
        let labels = kind == .choice ? 1 : kind == .answers ? 2 : 5
        let model = TaskModel(
            configuration: configuration,
            task: TaskHead(
                kind, labels: TaskHead.placeholders(labels), pooling: .mean, dropout: 0.1))
        model.initialize(
            [.encoder, .preparation, .classifier], seed: 3, parallel: Parallel(threads: 1))
        return model
    }

    private static func sequenceCount(of kind: TaskHead.Kind, _ place: Int) -> Int {
        switch kind {
        case .choice: 2 + place % 3
        case .vectors: 3
        default: 1
        }
    }

    /// 48 examples, enough rows for several slabs.
    private static func examples(of kind: TaskHead.Kind) -> [TaskExample] {
        (0..<48).map { place in
            let sequences = (0..<Self.sequenceCount(of: kind, place)).map { choice in
                let length = 5 + (place * 7 + choice * 11) % 50
                let ids = testIndices(length, below: 94, seed: UInt64(place * 9 + choice))
                return TaskSequence(
                    ids: ids.map { $0 + 2 },
                    rows: kind == .tokens
                        ? (0..<length).filter { $0 % 2 == 1 }.map { Int32($0) } : [])
            }
            let target: TaskTarget =
                switch kind {
                case .sequence: .label(Int32(place % 5))
                case .tokens: .tags(sequences[0].rows.map { $0 % 5 })
                case .answers: .span(first: Int32(place % 3), last: Int32(place % 3 + 2))
                case .choice: .choice(Int32(place % 2))
                case .vectors: .nearness
                }
            return TaskExample(sequences, target)
        }
    }
}
