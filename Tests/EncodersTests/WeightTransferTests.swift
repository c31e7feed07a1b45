import Encoders
import Testing

@Suite("Weights from a model of another shape")
struct WeightTransferTests {
    @Test("An axis of 6 places seen from 3, 4 and 8")
    func axes() {
        let expected: [(WeightTransfer, Int, [Int?])] = [
            (.strided, 3, [0, 2, 4]), (.strided, 4, [0, 1, 3, 4]),
            (.strided, 8, [0, 0, 1, 2, 3, 3, 4, 5]),
            (.tileFromEdge, 3, [0, 1, 2]), (.tileFromEdge, 8, [0, 1, 2, 3, 4, 5, 0, 1]),
            (.tileFromMiddle, 3, [2, 3, 4]), (.tileFromMiddle, 8, [5, 0, 1, 2, 3, 4, 5, 0]),
            (.centre, 3, [2, 3, 4]), (.centre, 4, [1, 2, 3, 4]),
            (.centre, 8, [nil, 0, 1, 2, 3, 4, 5, nil]),
        ]
        for (transfer, length, sources) in expected {
            #expect(AxisMap(from: 6, to: length, by: transfer).sources == sources, "\(transfer)")
        }
        for transfer in WeightTransfer.allCases {
            #expect(AxisMap(from: 6, to: 6, by: transfer).sources == Array(0..<6))
        }
    }

    @Test("Strided sampling takes every second column, gated place and head, and heads stay whole")
    func strided() {
        let old = Self.numbered(hidden: 8, heads: 4, gated: 6, layers: 4)
        let new = MaskedLanguageModel(
            configuration: Self.configuration(hidden: 4, heads: 2, gated: 3, layers: 4))
        new.takeWeights(of: old, by: .strided)
        let hidden = [0, 2, 4, 6]
        let heads = [0, 1, 4, 5]  // The first and third of four heads of two columns.
        let gated = [0, 2, 4]
        Self.expect(new, "model.embeddings.tok_embeddings.weight", rows: Array(0..<5), hidden)
        Self.expect(new, "model.layers.2.attn_norm.weight", rows: [0], hidden)
        Self.expect(
            new, "model.layers.2.attn.Wqkv.weight",
            rows: heads + heads.map { $0 + 8 } + heads.map { $0 + 16 }, hidden)
        Self.expect(new, "model.layers.2.attn.Wo.weight", rows: hidden, heads)
        Self.expect(
            new, "model.layers.2.mlp.Wi.weight", rows: gated + gated.map { $0 + 6 }, hidden)
        Self.expect(new, "model.layers.2.mlp.Wo.weight", rows: hidden, gated)
        Self.expect(new, "head.dense.weight", rows: hidden, hidden)
        Self.expect(new, "decoder.bias", rows: [0], Array(0..<5))
    }

    @Test("Tiling from the middle wraps to both sides")
    func tiled() {
        let old = Self.numbered(hidden: 4, heads: 2, gated: 3, layers: 4)
        let new = MaskedLanguageModel(
            configuration: Self.configuration(hidden: 8, heads: 4, gated: 5, layers: 4))
        new.takeWeights(of: old, by: .tileFromMiddle)
        let hidden = [2, 3, 0, 1, 2, 3, 0, 1]
        let heads = [2, 3, 0, 1, 2, 3, 0, 1]  // Heads 1, 0, 1, 0 of two columns.
        let gated = [2, 0, 1, 2, 0]
        Self.expect(
            new, "model.layers.1.attn.Wqkv.weight",
            rows: heads + heads.map { $0 + 4 } + heads.map { $0 + 8 }, hidden)
        Self.expect(
            new, "model.layers.1.mlp.Wi.weight", rows: gated + gated.map { $0 + 3 }, hidden)
        Self.expect(new, "model.layers.1.mlp.Wo.weight", rows: hidden, gated)
    }

    @Test("A centred matrix keeps the initial weights around it")
    func centred() {
        let old = Self.numbered(hidden: 4, heads: 2, gated: 3, layers: 4)
        let new = MaskedLanguageModel(
            configuration: Self.configuration(hidden: 8, heads: 4, gated: 3, layers: 4), seed: 1)
        let before = Self.value(of: new, "head.dense.weight")
        new.takeWeights(of: old, by: .centre)
        let after = Self.value(of: new, "head.dense.weight")
        for row in 0..<8 {
            for column in 0..<8 {
                let isInside = (2..<6).contains(row) && (2..<6).contains(column)
                let expected =
                    isInside ? Self.number(row - 2, column - 2) : before[row * 8 + column]
                #expect(after[row * 8 + column] == expected)
            }
        }
    }

    @Test("Layers are taken at equal distances, and a layer made from the first keeps its own norm")
    func layers() {
        let old = Self.numbered(hidden: 4, heads: 2, gated: 3, layers: 4, layerNumber: 1000)
        let new = MaskedLanguageModel(
            configuration: Self.configuration(hidden: 4, heads: 2, gated: 3, layers: 10))
        new.takeWeights(of: old, by: .copy)
        let taken = (0..<10).map { layer in
            Int(Self.value(of: new, "model.layers.\(layer).mlp.Wo.weight")[0]) / 1000
        }
        // round(0, 0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2, 3.6), at most 3.
        #expect(taken == [0, 0, 1, 1, 2, 2, 2, 3, 3, 3])
        #expect(Self.value(of: new, "model.layers.1.attn_norm.weight") == [1, 1, 1, 1])
        #expect(Self.value(of: new, "model.layers.2.attn_norm.weight")[1] == 1001)
    }

    @Test("Rows of new words are copies or means of old ones, in another width too, or stay")
    func words() {
        let old = Self.numbered(hidden: 8, heads: 4, gated: 6, layers: 4)
        let new = MaskedLanguageModel(
            configuration: Self.configuration(
                hidden: 4, heads: 2, gated: 3, layers: 4, vocabulary: 6),
            seed: 1)
        let before = Self.value(of: new, "model.embeddings.tok_embeddings.weight")
        new.takeWeights(of: old, by: .strided, words: [[3], [], [0, 1], [2, 2, 4], [4]])
        let after = Self.value(of: new, "model.embeddings.tok_embeddings.weight")
        let bias = Self.value(of: new, "decoder.bias")
        let rows: [(row: Int, mean: Float)] = [(0, 3), (2, 0.5), (3, Float(8) / 3), (4, 4)]
        for (row, mean) in rows {
            for column in 0..<4 {
                let expected = Float(
                    (Double(mean) * 32 * 3).rounded() / 3 + Double(2 * column))
                #expect(after[row * 4 + column] == expected)
            }
            #expect(bias[row] == mean)
        }
        for row in [1, 5] {
            let places = (row * 4)..<(row * 4 + 4)
            #expect(after[places] == before[places] && bias[row] == 0)
        }
        Self.expect(new, "head.dense.weight", rows: [0, 2, 4, 6], [0, 2, 4, 6])
    }

    /// What `numbered` writes at a place.
    private static func number(_ row: Int, _ column: Int) -> Float { Float(row * 32 + column) }

    /// A model whose weights say where they are.
    private static func numbered(
        hidden: Int, heads: Int, gated: Int, layers: Int, layerNumber: Int = 0
    ) -> MaskedLanguageModel {
        let model = MaskedLanguageModel(
            configuration: configuration(
                hidden: hidden, heads: heads, gated: gated, layers: layers))
        for parameter in model.parameters {
            let value = parameter.tensor.value
            let layer = parameter.name.split(separator: ".").compactMap { Int($0) }.first ?? 0
            for row in 0..<value.rows {
                for column in 0..<value.columns {
                    value[row, column] = Float(layer * layerNumber) + number(row, column)
                }
            }
        }
        return model
    }

    private static func configuration(
        hidden: Int, heads: Int, gated: Int, layers: Int, vocabulary: Int = 5
    ) -> ModernBERTConfiguration {
        ModernBERTConfiguration(
            vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: gated,
            layerCount: layers, headCount: heads)
    }

    private static func value(of model: MaskedLanguageModel, _ name: String) -> [Float] {
        model.parameters.first { $0.name == name }?.tensor.value.elements ?? []
    }

    /// Each element of a parameter is what the old model had at that old row and column.
    private static func expect(
        _ model: MaskedLanguageModel, _ name: String, rows: [Int], _ columns: [Int],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let expected = rows.flatMap { row in columns.map { number(row, $0) } }
        #expect(value(of: model, name) == expected, "\(name)", sourceLocation: sourceLocation)
    }
}
