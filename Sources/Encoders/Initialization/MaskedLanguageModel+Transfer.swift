import Autograd
import Layers
import TensorCore

extension MaskedLanguageModel {
    /// Takes over the weights of a model of another shape; elements that the transfer does not
    /// reach keep their values.
    ///
    /// Each axis is mapped by itself (`AxisMap`): the columns of the residual stream, the places of
    /// the gated width in both halves of `Wi`, the heads in queries, keys and values. The places
    /// inside a head are mapped likewise, so that heads of equal size stay whole and their rotary
    /// pairs stay together. Layer i takes the weights of layer round(i · L′/L) of the other's L′
    /// layers, halves to even.
    ///
    /// - Parameters:
    ///   - includingHead: false where the other's head has no weights, and this model's keeps its
    ///     own.
    ///   - words: for each of this model's first words the other's words whose mean its row of the
    ///     token table and its bias become, none where they keep their values; nil where both
    ///     models have the same words.
    /// - Precondition: without `words` the vocabularies are equal; with them, there are no more of
    ///   them than rows, and every word named is one of the other's.
    public func takeWeights(
        of other: MaskedLanguageModel, by transfer: WeightTransfer, includingHead: Bool = true,
        words: [[Int32]]? = nil
    ) {
        let (old, new) = (other.configuration, configuration)
        precondition(
            words != nil || old.vocabularySize == new.vocabularySize,
            "takeWeights: vocabulary \(new.vocabularySize) from \(old.vocabularySize)")
        let axes = TransferAxes(from: old, to: new, by: transfer)
        let words = words ?? (0..<new.vocabularySize).map { [Int32($0)] }
        let (own, others) = (encoder, other.encoder)
        own.embeddings.table.takeMeans(
            of: words, in: others.embeddings.table, axes.hidden, oldWidth: old.hiddenSize)
        own.embeddings.norm.weight.take(others.embeddings.norm.weight, axes.one, axes.hidden)
        for (index, layer) in own.layers.enumerated() {
            layer.takeWeights(of: others.layers[axes.layer(index)], axes)
        }
        own.finalNorm.weight.take(others.finalNorm.weight, axes.one, axes.hidden)
        guard includingHead else { return }
        head.dense.weight.take(other.head.dense.weight, axes.hidden, axes.hidden)
        head.norm.weight.take(other.head.norm.weight, axes.one, axes.hidden)
        decoderBias.takeMeans(of: words, in: other.decoderBias, axes.one, oldWidth: 1)
    }
}

extension EncoderLayer {
    fileprivate func takeWeights(of other: EncoderLayer, _ axes: TransferAxes) {
        let hidden = axes.hidden
        // Layer 0 has no norm before its attention; a layer made from it keeps its own.
        if let own = attentionNorm, let others = other.attentionNorm {
            own.weight.take(others.weight, axes.one, hidden)
        }
        attention.queryKeyValue.weight.take(
            other.attention.queryKeyValue.weight, axes.queriesKeysValues, hidden)
        attention.output.weight.take(other.attention.output.weight, hidden, axes.heads)
        feedForwardNorm.weight.take(other.feedForwardNorm.weight, axes.one, hidden)
        feedForward.input.weight.take(other.feedForward.input.weight, axes.bothHalves, hidden)
        feedForward.output.weight.take(other.feedForward.output.weight, hidden, axes.gated)
    }
}

extension Parameter {
    /// Copies the elements whose row and column have a source in those of `source`.
    fileprivate func take(_ source: Parameter, _ rows: AxisMap, _ columns: AxisMap) {
        let (from, into) = (source.tensor.value, tensor.value)
        precondition(
            rows.sources.count == into.rows && columns.sources.count == into.columns,
            """
            takeWeights: \(rows.sources.count) × \(columns.sources.count) sources for \(name) of \
            \(into.rows) × \(into.columns)
            """)
        // The new columns that have a source, with that source.
        let columns = columns.sources.enumerated().compactMap { new, old in
            old.map { (new: new, old: $0) }
        }
        let (oldWidth, width) = (from.columns, into.columns)
        from.withElements { from in
            into.withMutableElements { into in
                for (row, oldRow) in rows.sources.enumerated() {
                    guard let oldRow else { continue }
                    for (column, oldColumn) in columns {
                        into[row * width + column] = from[oldRow * oldWidth + oldColumn]
                    }
                }
            }
        }
        didChange()
    }
}

extension Parameter {
    /// Makes what belongs to each word, whose places have a source in `columns`, the mean of what
    /// belongs to its old words in `source`, in which each has `oldWidth` places. One old word is
    /// copied to the bit.
    fileprivate func takeMeans(
        of words: [[Int32]], in source: Parameter, _ columns: AxisMap, oldWidth: Int
    ) {
        let (from, into) = (source.tensor.value, tensor.value)
        let width = columns.sources.count
        precondition(
            words.count * width <= into.count,
            "takeWeights: \(words.count) words of \(width) numbers for \(name) of \(into.count)")
        from.withElements { from in
            into.withMutableElements { into in
                for (word, oldWords) in words.enumerated() where !oldWords.isEmpty {
                    for (column, oldColumn) in columns.sources.enumerated() {
                        guard let oldColumn else { continue }
                        let sum = oldWords.reduce(0.0) {
                            $0 + Double(from[Int($1) * oldWidth + oldColumn])
                        }
                        into[word * width + column] = Float(sum / Double(oldWords.count))
                    }
                }
            }
        }
        didChange()
    }
}

/// The maps of all axes of one shape to another.
private struct TransferAxes {
    /// The one row of a norm's weight or a bias.
    let one = AxisMap(from: 1, to: 1, by: .copy)
    let hidden, gated, heads: AxisMap
    /// The rows of `Wqkv`: those of all heads three times.
    let queriesKeysValues: AxisMap
    /// The rows of `Wi`: the activated half and the gate.
    let bothHalves: AxisMap
    private let oldLayers, newLayers: Int

    init(
        from old: ModernBERTConfiguration, to new: ModernBERTConfiguration,
        by transfer: WeightTransfer
    ) {
        hidden = AxisMap(from: old.hiddenSize, to: new.hiddenSize, by: transfer)
        gated = AxisMap(from: old.intermediateSize, to: new.intermediateSize, by: transfer)
        heads = AxisMap(from: old.headCount, to: new.headCount, by: transfer).nesting(
            AxisMap(from: old.headSize, to: new.headSize, by: transfer), oldLength: old.headSize)
        queriesKeysValues = heads.repeated(3, oldLength: old.hiddenSize)
        bothHalves = gated.repeated(2, oldLength: old.intermediateSize)
        (oldLayers, newLayers) = (old.layerCount, new.layerCount)
    }

    /// The old layer that new layer `index` is made from.
    func layer(_ index: Int) -> Int {
        let place = Double(index) * Double(oldLayers) / Double(newLayers)
        return min(Int(place.rounded(.toNearestOrEven)), oldLayers - 1)
    }
}
