import CNumerics

/// One head of one sequence, as the attention kernels see it: rectangles inside the packed
/// `[tokens, 3 * hidden]` matrix, from the sequence's first row on.
struct AttentionHead {
    /// Queries per block in global layers.
    private static let globalQueryBlock = 256
    /// Queries per block in local layers, where a wider block would visit more hidden keys.
    private static let localQueryBlock = 64
    /// Keys per block: with it a block of scores stays in the second-level cache.
    static let keyBlock = 256

    /// Tokens of the sequence.
    let length: Int
    /// Features of the head.
    let size: Int
    /// Key j is visible to query i where |i - j| <= window.
    let window: Int
    /// Queries per block.
    let queryBlock: Int
    /// 1 / √size.
    let scale: Float

    init(length: Int, size: Int, window: Int?) {
        self.length = length
        self.size = size
        self.window = min(window ?? length, length)
        queryBlock = self.window < length ? Self.localQueryBlock : Self.globalQueryBlock
        scale = 1 / squareRoot(Float(size))
    }

    /// Floats that hold one block of scores.
    var scoreCount: Int {
        min(queryBlock, length) * min(Self.keyBlock, length)
    }

    /// Calls `body` for each block of queries.
    func forEachQueryBlock(_ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: length, by: queryBlock) {
            body(start..<min(length, start + queryBlock))
        }
    }

    /// Calls `body` for each block of the keys that any of `queries` sees, in rising order.
    func forEachKeyBlock(of queries: Range<Int>, _ body: (Range<Int>) -> Void) {
        let first = max(0, queries.lowerBound - window)
        let end = min(length, queries.upperBound + window)
        for start in stride(from: first, to: end, by: Self.keyBlock) {
            body(start..<min(end, start + Self.keyBlock))
        }
    }

    /// The part of a block of keys that one query sees, counted from the block's first key.
    func visible(to query: Int, in keys: Range<Int>) -> Range<Int> {
        let first = max(keys.lowerBound, query - window)
        let end = min(keys.upperBound, query + window + 1)
        return first < end ? first - keys.lowerBound..<end - keys.lowerBound : 0..<0
    }
}

/// Sets the elements of a row outside `visible` to zero.
func clear(
    outside visible: Range<Int>, of row: UnsafeMutablePointer<Float>, count: Int
) {
    row.update(repeating: 0, count: visible.lowerBound)
    (row + visible.upperBound).update(repeating: 0, count: count - visible.upperBound)
}
