import Autograd
import Encoders
import Finetuning
import Host
import Optimizers
import PackedBatches
import TensorCore
import TestSupport
import Testing
import Training

@Suite("Rows of the token table that are read")
struct TokenRowsTests {
    private let parallel = Parallel(threads: 2)
    private let table = "model.embeddings.tok_embeddings.weight"

    /// Examples of some of 96 tokens, the padding token among them.
    private func examples(of kind: TaskHead.Kind, tokens: Int = 30) -> [TaskExample] {
        (0..<24).map { place in
            let sequences = (0..<(kind == .choice || kind == .vectors ? 3 : 1)).map { choice in
                let length = 3 + (place * 7 + choice * 5) % 20
                let drawn = testIndices(length, below: tokens, seed: UInt64(place * 9 + choice))
                return TaskSequence(
                    ids: drawn.map { $0 * 3 % 94 }, rows: kind == .tokens ? [0, 2] : [])
            }
            switch kind {
            case .sequence: return TaskExample(sequences, .label(Int32(place % 2)))
            case .tokens: return TaskExample(sequences, .tags([1, Int32(place % 2)]))
            case .answers: return TaskExample(sequences, .span(first: 1, last: 2))
            case .choice: return TaskExample(sequences, .choice(Int32(place % 3)))
            case .vectors: return TaskExample(sequences, .nearness)
            }
        }
    }

    private func model(
        _ kind: TaskHead.Kind, objective: TaskHead.Objective = .oneLabel
    ) -> TaskModel {
        let isOne = kind == .choice || objective == .regression
        let labels = TaskHead.placeholders(isOne ? 1 : 2)
        let model = TaskModel(
            configuration: TinyModel.configuration(),
            task: TaskHead(
                kind, labels: labels, objective: objective, pooling: .mean, dropout: 0.1))
        model.initialize([.encoder, .preparation, .classifier], seed: 3, parallel: parallel)
        return model
    }

    /// The rows of the examples, and a model with these rows alone.
    private func small(
        of whole: TaskModel, _ examples: [TaskExample]
    ) -> (rows: TokenRows, model: TaskModel) {
        let rows = TokenRows(
            of: examples.flatMap(\.sequences), always: [Int32(whole.configuration.padTokenID), 95],
            vocabulary: 96)
        let small = TaskModel(
            configuration: rows.configuration(of: whole.configuration), task: whole.task)
        for (parameter, source) in zip(small.parameters, whole.parameters).dropFirst() {
            parameter.tensor.value.copy(from: source.tensor.value)
        }
        rows.take(
            from: whole.encoder.table, into: small.encoder.table,
            parallel: parallel)
        return (rows, small)
    }

    /// Twenty steps; the product of what weight decay left of the first parameter.
    private func train(
        _ model: TaskModel, _ examples: [TaskExample], _ rule: StableAdamW.Configuration,
        _ precision: Precision = .fp32
    ) throws -> Double {
        let step = TaskStep(
            model: model,
            optimizer: StableAdamW(
                parameters: model.parameters, configuration: rule, counting: [table: 96 * 32]),
            trained: .all, precision: precision, microbatchTokens: 40, pool: BufferPool(),
            parallel: parallel)
        var kept = 1.0
        for index in 0..<20 {
            let batch = (0..<6).map { examples[(6 * index + $0) % examples.count] }
            let result = try step(
                batch, learningRate: 4e-3 * Double(20 - index) / 20, seed: 1, step: index)
            kept *= result.kept[0]
            if let clip = rule.gradientClip, index < 4 { #expect(result.gradientNorm > clip) }
        }
        return kept
    }

    @Test(
        "A model of these rows trains to the bits of the whole one, where nothing decays",
        arguments: TaskHead.Kind.allCases, [Precision.fp32, .bf16])
    func bits(kind: TaskHead.Kind, precision: Precision) throws {
        let (whole, examples) = (model(kind), examples(of: kind))
        let before = Parameter(name: table, rows: 96, columns: 32)
        before.tensor.value.copy(from: whole.encoder.table.tensor.value)
        let (rows, small) = small(of: whole, examples)
        #expect(rows.ids.count <= 32 && small.configuration.vocabularySize == rows.ids.count)
        let rule = StableAdamW.Configuration.adamW(gradientClip: 0.02)
        _ = try train(whole, examples, rule, precision)
        let kept = try train(small, examples.map(rows.mapped), rule, precision)
        #expect(kept == 1)
        rows.put(
            small.encoder.table, into: before, decay: kept, parallel: parallel)
        let found = [before] + small.parameters.dropFirst()
        for (found, expected) in zip(found, whole.parameters) {
            #expect(
                found.tensor.value.elements == expected.tensor.value.elements, "\(expected.name)")
        }
    }

    /// What decay leaves after the steps of `train`, of which the first takes away `largest`.
    private func product(ofDecays largest: Double) -> Double {
        (1...20).reduce(1) { $0 * (1 - largest * Double($1) / 20) }
    }

    /// Trains the whole model and one of the read rows, and compares all parameters.
    private func expectEqual(
        _ whole: TaskModel, _ examples: [TaskExample], _ rule: StableAdamW.Configuration,
        keeping share: Double
    ) throws {
        let before = Parameter(name: table, rows: 96, columns: 32)
        before.tensor.value.copy(from: whole.encoder.table.tensor.value)
        let (rows, small) = small(of: whole, examples)
        let expected = try train(whole, examples, rule)
        let kept = try train(small, examples.map(rows.mapped), rule)
        #expect(abs(kept - expected) < 1e-6 && abs(kept - share) < 1e-3)
        rows.put(
            small.encoder.table, into: before, decay: kept, parallel: parallel)
        let found = [before] + small.parameters.dropFirst()
        for (found, expected) in zip(found, whole.parameters) {
            let difference = mismatch(
                found.tensor.value.elements, expected.tensor.value.elements, relative: 0,
                absolute: 1e-6)
            #expect(difference == nil, "\(expected.name)")
        }
    }

    @Test("Rows that no text reads decay as those of the whole model")
    func decay() throws {
        let rule = StableAdamW.Configuration.adamW(weightDecay: 0.5, gradientClip: 0.5)
        let share = product(ofDecays: 4e-3 * 0.5)
        try expectEqual(model(.sequence), examples(of: .sequence), rule, keeping: share)
    }

    @Test("Where rates are limited, rows that no text reads decay by the limited ones")
    func limited() throws {
        // Targets that are suddenly large, for most of the table's rows.
        let examples = examples(of: .sequence, tokens: 70).enumerated().map { place, example in
            TaskExample(example.sequences, .numbers([place < 12 ? 0.5 : 1000]))
        }
        let whole = model(.sequence, objective: .regression)
        var rule = StableAdamW.Configuration.adamW(weightDecay: 0.01, gradientClip: nil)
        (rule.limitsRates, rule.peakLearningRate) = (true, 4e-3)
        let free = product(ofDecays: 0.01)
        let (rows, again) = small(of: model(.sequence, objective: .regression), examples)
        let kept = try train(again, examples.map(rows.mapped), rule)
        #expect(kept > free + 1e-3, "\(kept) of \(free)")
        try expectEqual(whole, examples, rule, keeping: kept)
    }

    @Test("Ids and rows are mapped there and back")
    func mapping() {
        let sequences = [
            TaskSequence(ids: [7, 3, 7, 90]), TaskSequence(ids: [5, 3], rows: [1]),
        ]
        let rows = TokenRows(of: sequences, always: [0, 400, -1, 3], vocabulary: 96)
        #expect(rows.ids == [0, 3, 5, 7, 90])
        #expect(rows.mapped(sequences[0]) == TaskSequence(ids: [3, 1, 3, 4]))
        #expect(rows.mapped(sequences[1]) == TaskSequence(ids: [2, 1], rows: [1]))
        let example = TaskExample(sequences, .choice(1))
        #expect(rows.mapped(example) == TaskExample(sequences.map(rows.mapped), .choice(1)))
        var configuration = TinyModel.configuration()
        #expect(rows.configuration(of: configuration).padTokenID == 0)
        configuration.padTokenID = 5
        #expect(rows.configuration(of: configuration).padTokenID == 2)
        #expect(rows.configuration(of: configuration).vocabularySize == 5)
    }
}
