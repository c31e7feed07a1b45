/// How the masked-LM head is cut into pieces that fit the caches, scratch memory and threads. It
/// depends on the problem alone, never on the number of threads.
struct VocabularyTiling: Sendable {
    /// Words whose logits are in the cache together.
    static let tile = 512
    /// Rows whose logits of one tile are in the cache together.
    static let rowBlock = 256
    /// Rows per slab where groups are merged.
    static let rowSlab = 16

    /// Words that one thread visits in rising order, whole tiles. At most 32 groups, because each
    /// has its own sums for every row.
    let group: Int
    /// The number of groups.
    let groups: Int

    init(vocabulary: Int) {
        let tiles = (vocabulary + Self.tile - 1) / Self.tile
        group = (tiles + 31) / 32 * Self.tile
        groups = (vocabulary + group - 1) / group
    }

    /// Rows whose exponentials are in memory together: chunks of nearly equal size, of at most
    /// 640 rows and 640 MB, but at least 64 rows.
    static func chunk(rows: Int, vocabulary: Int, elementByteCount: Int) -> Int {
        let most = largestChunk(vocabulary: vocabulary, elementByteCount: elementByteCount)
        let chunks = (rows + most - 1) / most
        return (rows + chunks - 1) / chunks
    }

    /// Rows that the buffers of a chunk have room for: a multiple of 64, or the largest chunk. So
    /// batches with nearly the same number of scored rows share their buffers from step to step.
    static func chunkCapacity(_ chunk: Int, vocabulary: Int, elementByteCount: Int) -> Int {
        let most = largestChunk(vocabulary: vocabulary, elementByteCount: elementByteCount)
        return min(most, (chunk + 63) / 64 * 64)
    }

    /// Bytes that `maskedCrossEntropyWithGradients` keeps for `rows` scored rows: exponentials of a
    /// chunk, and each group's part of dx.
    static func scratchByteCount(
        rows: Int, hidden: Int, vocabulary: Int, elementByteCount: Int
    ) -> Int {
        guard rows > 0 else { return 0 }
        let tiling = VocabularyTiling(vocabulary: vocabulary)
        let capacity = chunkCapacity(
            chunk(rows: rows, vocabulary: vocabulary, elementByteCount: elementByteCount),
            vocabulary: vocabulary, elementByteCount: elementByteCount)
        let tiles = (vocabulary + tile - 1) / tile
        return capacity * tiles * tile * elementByteCount
            + tiling.groups * capacity * hidden * MemoryLayout<Float>.stride
    }

    private static func largestChunk(vocabulary: Int, elementByteCount: Int) -> Int {
        max(64, min(640, 640_000_000 / (vocabulary * elementByteCount)))
    }
}
