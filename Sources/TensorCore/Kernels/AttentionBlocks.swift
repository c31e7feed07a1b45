/// How attention inside one sequence is cut into blocks: each outer block meets the inner blocks
/// that any of its tokens sees. Queries are outer in the forward pass, keys in the backward pass;
/// visibility is mutual.
///
/// Tokens are padded to a multiple of `granule`, and so are all blocks: batches of many lengths
/// share a few shapes of matrix products.
struct AttentionBlocks {
    /// Rows of every block are a multiple of it.
    static let granule = 32

    /// Tokens of the sequence.
    let length: Int
    /// The length, rounded up to whole granules.
    let paddedLength: Int
    /// Token j is visible to token i where |i - j| <= window.
    let window: Int
    /// The most rows of an outer block.
    let outerLimit: Int
    /// The most rows of an inner block.
    let innerLimit: Int

    init(length: Int, window: Int?, outerLimit: Int, innerLimit: Int) {
        self.length = length
        paddedLength = Self.padded(length)
        self.window = min(window ?? length, length)
        // A block taller than the window is wide would mostly meet hidden tokens.
        self.outerLimit =
            self.window < length
            ? min(outerLimit, max(2 * Self.granule, Self.padded(self.window))) : outerLimit
        self.innerLimit = innerLimit
    }

    /// `count` rounded up to whole granules.
    static func padded(_ count: Int) -> Int {
        (count + granule - 1) / granule * granule
    }

    /// Outer blocks of `tokens`, which start at a multiple of the granule.
    func outerBlocks(of tokens: Range<Int>) -> Cuts {
        Cuts(
            of: tokens.lowerBound..<min(paddedLength, Self.padded(tokens.upperBound)),
            limit: outerLimit)
    }

    /// The tokens, in whole granules, that any of `outer` sees.
    func seen(by outer: Range<Int>) -> Range<Int> {
        let first = max(0, outer.lowerBound - window) / Self.granule * Self.granule
        return first..<min(paddedLength, Self.padded(outer.upperBound + window))
    }

    /// Inner blocks of the tokens that any of `outer` sees.
    func innerBlocks(of outer: Range<Int>) -> Cuts {
        Cuts(of: seen(by: outer), limit: innerLimit)
    }

    /// Whether each of `outer` sees each of `inner`, and none is padding.
    func isWhole(_ outer: Range<Int>, _ inner: Range<Int>) -> Bool {
        max(outer.upperBound, inner.upperBound) <= length
            && outer.upperBound - 1 - inner.lowerBound <= window
            && inner.upperBound - 1 - outer.lowerBound <= window
    }

    /// The part of `inner` that one token sees, counted from the block's first; empty for padding.
    func visible(to token: Int, in inner: Range<Int>) -> Range<Int> {
        let first = max(inner.lowerBound, token - window)
        let end = min(inner.upperBound, token + window + 1, length)
        return first < end && token < length
            ? first - inner.lowerBound..<end - inner.lowerBound : 0..<0
    }
}

/// A range cut into as few ranges as a limit allows, of about the same size in whole granules.
struct Cuts: Sequence, IteratorProtocol {
    private var rest: Range<Int>
    /// Elements of each range but the last.
    let size: Int

    init(of range: Range<Int>, limit: Int) {
        rest = range
        let pieces = Swift.max(1, (range.count + limit - 1) / limit)
        size = AttentionBlocks.padded((range.count + pieces - 1) / pieces)
    }

    mutating func next() -> Range<Int>? {
        guard !rest.isEmpty else { return nil }
        let end = Swift.min(rest.upperBound, rest.lowerBound + size)
        defer { rest = end..<rest.upperBound }
        return rest.lowerBound..<end
    }
}
