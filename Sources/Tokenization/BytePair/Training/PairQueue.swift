/// Pairs by how often they occur, the most frequent first; among equals the shorter, then the one
/// that is smaller by code points. A binary heap.
struct PairQueue {
    /// A pair as it was when it was queued.
    struct Candidate {
        var count: Int64
        /// Length and first two characters, inverted: the larger comes first.
        let order: UInt64
        let pair: UInt32
    }

    private var heap: [Candidate] = []

    var first: Candidate? { heap.first }

    mutating func insert(_ pair: Int, of pairs: PairTable, _ symbols: SymbolTable) {
        let (left, right) = (pairs[pair].left, pairs[pair].right)
        let length = symbols.symbols[Int(left)].length + symbols.symbols[Int(right)].length
        let order =
            UInt64(0x1f - length) << 42
            | UInt64(0x1f_ffff - symbols.character(0, of: left, right)) << 21
            | UInt64(0x1f_ffff - symbols.character(1, of: left, right))
        let candidate = Candidate(count: pairs[pair].count, order: order, pair: UInt32(pair))
        heap.append(candidate)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard Self.isBefore(candidate, heap[parent], pairs, symbols) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = candidate
    }

    mutating func removeFirst(_ pairs: PairTable, _ symbols: SymbolTable) {
        let last = heap.removeLast()
        if !heap.isEmpty { sink(last, pairs, symbols) }
    }

    /// Puts the first one where it belongs with a smaller count.
    mutating func lowerFirst(to count: Int64, _ pairs: PairTable, _ symbols: SymbolTable) {
        var candidate = heap[0]
        candidate.count = count
        sink(candidate, pairs, symbols)
    }

    /// Puts a candidate at the top and lets it sink.
    private mutating func sink(
        _ candidate: Candidate, _ pairs: PairTable, _ symbols: SymbolTable
    ) {
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count,
                Self.isBefore(heap[child + 1], heap[child], pairs, symbols)
            {
                child += 1
            }
            guard Self.isBefore(heap[child], candidate, pairs, symbols) else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = candidate
    }

    @inline(__always)
    private static func isBefore(
        _ a: Candidate, _ b: Candidate, _ pairs: PairTable, _ symbols: SymbolTable
    ) -> Bool {
        if a.count != b.count { return a.count > b.count }
        if a.order != b.order { return a.order > b.order }
        return isSmaller(a, b, pairs, symbols)
    }

    /// The order of equally long pairs, of those that join to the same by their left halves'
    /// lengths.
    private static func isSmaller(
        _ a: Candidate, _ b: Candidate, _ pairs: PairTable, _ symbols: SymbolTable
    ) -> Bool {
        let (pairA, pairB) = (pairs[Int(a.pair)], pairs[Int(b.pair)])
        let length =
            symbols.symbols[Int(pairA.left)].length + symbols.symbols[Int(pairA.right)].length
        for index in 2..<max(2, Int(length)) {
            let ofA = symbols.character(index, of: pairA.left, pairA.right)
            let ofB = symbols.character(index, of: pairB.left, pairB.right)
            if ofA != ofB { return ofA < ofB }
        }
        return symbols.symbols[Int(pairA.left)].length < symbols.symbols[Int(pairB.left)].length
    }
}
