import Autograd
import TensorCore

extension MaskedLanguageModel {
    /// Takes over the weights of a model of another shape; what the transfer does not reach keeps
    /// its value.
    ///
    /// Each axis is mapped by itself (`AxisMap`): the columns of the residual stream, the places of
    /// the gated width in both halves of `Wi`, the heads in queries, keys and values. Inside a head
    /// the same, so that heads of equal size stay whole and the rotary pairs in them together.
    /// Layer i takes the weights of layer round(i · L′/L) of the other's L′ layers, halves to even.
    ///
    /// - Precondition: the vocabularies are equal.
    public func takeWeights(of other: MaskedLanguageModel, by transfer: WeightTransfer) {
        let (old, new) = (other.configuration, configuration)
        precondition(
            old.vocabularySize == new.vocabularySize,
            "takeWeights: vocabulary \(new.vocabularySize) from \(old.vocabularySize)")
        let axes = TransferAxes(from: old, to: new, by: transfer)
        let sources = Dictionary(
            other.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for parameter in parameters {
            let (layer, name) = Self.layer(of: parameter.name)
            let source = layer.map {
                "model.layers.\(axes.layer($0)).\(name)"
            }
            // Layer 0 has no norm before its attention; a layer made from it keeps its own.
            guard let source = sources[source ?? name] else { continue }
            Self.copy(source, into: parameter, axes.axes(of: name))
        }
    }

    /// `3` and `attn.Wo.weight` of `model.layers.3.attn.Wo.weight`.
    private static func layer(of name: String) -> (layer: Int?, name: String) {
        let prefix = "model.layers."
        guard name.hasPrefix(prefix) else { return (nil, name) }
        let rest = name.dropFirst(prefix.count)
        let digits = rest.prefix { $0 != "." }
        return (Int(digits), String(rest.dropFirst(digits.count + 1)))
    }

    private static func copy(
        _ source: Parameter, into parameter: Parameter, _ axes: (rows: AxisMap, columns: AxisMap)
    ) {
        let (from, into) = (source.tensor.value, parameter.tensor.value)
        precondition(
            axes.rows.sources.count == into.rows && axes.columns.sources.count == into.columns,
            "takeWeights: \(parameter.name)")
        // The new columns that have a source, with that source.
        let columns = axes.columns.sources.enumerated().compactMap { new, old in
            old.map { (new: new, old: $0) }
        }
        let (oldWidth, width) = (from.columns, into.columns)
        from.withElements { from in
            into.withMutableElements { into in
                for (row, oldRow) in axes.rows.sources.enumerated() {
                    guard let oldRow else { continue }
                    for (column, oldColumn) in columns {
                        into[row * width + column] = from[oldRow * oldWidth + oldColumn]
                    }
                }
            }
        }
        parameter.didChange()
    }
}

/// The maps of all axes of one shape to another.
private struct TransferAxes {
    let old, new: ModernBERTConfiguration
    let one = AxisMap(from: 1, to: 1, by: .copy)
    let words, hidden, gated, heads: AxisMap

    init(
        from old: ModernBERTConfiguration, to new: ModernBERTConfiguration,
        by transfer: WeightTransfer
    ) {
        (self.old, self.new) = (old, new)
        words = AxisMap(from: old.vocabularySize, to: new.vocabularySize, by: .copy)
        hidden = AxisMap(from: old.hiddenSize, to: new.hiddenSize, by: transfer)
        gated = AxisMap(from: old.intermediateSize, to: new.intermediateSize, by: transfer)
        heads = AxisMap(from: old.headCount, to: new.headCount, by: transfer).nesting(
            AxisMap(from: old.headSize, to: new.headSize, by: transfer), oldLength: old.headSize)
    }

    /// The old layer that new layer `index` is made from.
    func layer(_ index: Int) -> Int {
        let place = Double(index) * Double(old.layerCount) / Double(new.layerCount)
        return min(Int(place.rounded(.toNearestOrEven)), old.layerCount - 1)
    }

    /// Rows and columns of a parameter, whose name is that inside its layer if it is in one.
    func axes(of name: String) -> (rows: AxisMap, columns: AxisMap) {
        switch name {
        case "model.embeddings.tok_embeddings.weight": (words, hidden)
        case "decoder.bias": (one, words)
        case "attn.Wqkv.weight": (heads.repeated(3, oldLength: old.hiddenSize), hidden)
        case "attn.Wo.weight": (hidden, heads)
        case "mlp.Wi.weight": (gated.repeated(2, oldLength: old.intermediateSize), hidden)
        case "mlp.Wo.weight": (hidden, gated)
        case "head.dense.weight": (hidden, hidden)
        default: (one, hidden)
        }
    }
}
