/// Finds the pieces that a text continues with, byte by byte.
struct PieceTrie {
    /// From a node and a byte to the next node.
    private var edges: MergeTable
    /// The piece that ends at each node, −1 where none does.
    private var ids: [Int32] = [-1]

    /// - Parameter pieces: UTF-8 and id of each; of equal ones the last counts.
    init(_ pieces: [(text: [UInt8], id: Int)]) {
        // In this order every piece shares a beginning with the one before it, and adds nodes for
        // the rest.
        let sorted = pieces.sorted { $0.text.lexicographicallyPrecedes($1.text) }
        var path: [Int32] = [0]
        var previous: [UInt8] = []
        var found: [(node: Int32, byte: UInt8, next: Int32)] = []
        for (text, id) in sorted {
            let shared = zip(text, previous).prefix { $0 == $1 }.count
            path.removeLast(path.count - 1 - shared)
            for byte in text[shared...] {
                found.append((path[path.count - 1], byte, Int32(ids.count)))
                path.append(Int32(ids.count))
                ids.append(-1)
            }
            ids[Int(path[path.count - 1])] = Int32(id)
            previous = text
        }
        edges = MergeTable(capacity: found.count)
        for edge in found {
            edges.insert(
                left: edge.node, right: Int32(edge.byte),
                merge: MergeTable.Merge(rank: 0, piece: edge.next))
        }
    }

    /// Calls `body` with every piece that begins at a place, and where it ends, the shortest first.
    @inline(__always)
    func forEachPiece(
        in text: UnsafeBufferPointer<UInt8>, from start: Int,
        _ body: (_ id: Int32, _ end: Int) -> Void
    ) {
        var node: Int32 = 0
        for end in start..<text.count {
            node = edges.merge(node, Int32(text[end])).piece
            if node < 0 { return }
            let id = ids[Int(node)]
            if id >= 0 { body(id, end + 1) }
        }
    }
}
