/// Two symbols that stand side by side somewhere.
struct SymbolPair {
    let left: Int32
    let right: Int32
    /// How often they do now, by the words' counts.
    var count: Int64 = 0
    /// Where they did when they first came up: a range of `BytePairLearner.places`.
    var firstPlace = 0
    var placeCount = 0
}

/// Pairs by their symbols: an open-addressing hash table.
struct PairTable {
    private(set) var pairs: [SymbolPair] = []
    /// Indices of pairs plus 1, 0 for none; at most half are taken.
    private var slots = [UInt32](repeating: 0, count: 1 << 12)

    subscript(index: Int) -> SymbolPair {
        @inline(__always) get { pairs[index] }
        @inline(__always) _modify { yield &pairs[index] }
    }

    var count: Int { pairs.count }

    /// The index of a pair, which is added if it is new.
    @inline(__always)
    mutating func index(of left: Int32, _ right: Int32) -> Int {
        var slot = slot(left, right)
        while slots[slot] > 0 {
            let index = Int(slots[slot]) - 1
            if pairs[index].left == left, pairs[index].right == right { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        pairs.append(SymbolPair(left: left, right: right))
        slots[slot] = UInt32(pairs.count)
        if 2 * pairs.count > slots.count { grow() }
        return pairs.count - 1
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        for (index, pair) in pairs.enumerated() {
            var slot = slot(pair.left, pair.right)
            while slots[slot] > 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(index + 1)
        }
    }

    /// The middle bits of a product with 2⁶⁴ / golden ratio.
    @inline(__always)
    private func slot(_ left: Int32, _ right: Int32) -> Int {
        let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
        let product = (key ^ (key >> 29)) &* 0x9e37_79b9_7f4a_7c15
        return Int((product ^ (product >> 32)) & UInt64(slots.count - 1))
    }
}
