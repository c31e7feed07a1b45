/// How a model takes over the weights of one of another shape.
public enum WeightTransfer: String, Sendable, CaseIterable {
    /// Unchanged: the shapes must be equal.
    case copy
    /// Places at equal distances: a smaller model from a larger one, as mmBERT small from base.
    case strided
    /// The old axis in the middle of the new one; initial weights stay around it.
    case centre
    /// The old axis, repeated from the first place on.
    case tileFromEdge = "tile-from-edge"
    /// The old axis in the middle, and repeated to both sides: a larger model from a smaller one,
    /// as ModernBERT large from base.
    case tileFromMiddle = "tile-from-middle"
}

/// Where each place of an axis of a tensor takes its value from on the axis of another tensor.
package struct AxisMap: Equatable {
    /// For each new place the old one; nil where the new tensor keeps its own value.
    package let sources: [Int?]

    /// The map from `old` places to `new` ones. With j a new place, n and o the lengths and m =
    /// ⌊(n − o) / 2⌋ the old place is
    ///
    /// - strided: ⌊j · o / n⌋
    /// - centre: j − m, if that is a place
    /// - tile from the edge: j mod o
    /// - tile from the middle: (j − m) mod o
    ///
    /// and j itself where the lengths are equal. A copy is the same as a tile from the edge.
    package init(from old: Int, to new: Int, by transfer: WeightTransfer) {
        // Rounded down, also where the new axis is shorter.
        let margin = (new - old) >> 1
        sources = (0..<new).map { place in
            switch transfer {
            case .strided: place * old / new
            case .centre: (0..<old).contains(place - margin) ? place - margin : nil
            case .copy, .tileFromEdge: place % old
            case .tileFromMiddle: ((place - margin) % old + old) % old
            }
        }
    }

    private init(_ sources: [Int?]) { self.sources = sources }

    /// An axis of blocks: blocks are mapped by this map, places in a block by `inner`, whose old
    /// axis has `oldLength` places.
    package func nesting(_ inner: AxisMap, oldLength: Int) -> AxisMap {
        AxisMap(
            sources.flatMap { block in
                inner.sources.map { place in
                    guard let block, let place else { return nil }
                    return block * oldLength + place
                }
            })
    }

    /// `count` axes of this kind one after another, of `oldLength` old places each.
    package func repeated(_ count: Int, oldLength: Int) -> AxisMap {
        AxisMap(
            (0..<count).flatMap { part in sources.map { $0.map { part * oldLength + $0 } } })
    }
}
