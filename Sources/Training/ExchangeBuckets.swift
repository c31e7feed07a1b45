/// What the ranks exchange at a time: a bucket of slabs of the gradients or weights.
public enum ExchangeBuckets {
    /// Elements of a slab.
    private static let slab = 16_384

    /// Bytes of a bucket: of 64 slabs of single precision, or four for each rank.
    public static func byteCount(ranks: Int) -> Int { 4 * slab * max(64, 4 * ranks) }

    /// Buckets of `parameters` parameters that lie in one line.
    public static func count(parameters: Int, ranks: Int) -> Int {
        (4 * parameters + byteCount(ranks: ranks) - 1) / byteCount(ranks: ranks)
    }
}
