import TensorCore

extension GradientExchange {
    /// Gives all ranks the two sums of every slab, which the owners have written to `sums`.
    ///
    /// - Parameter what: for messages: `step 812`.
    /// - Returns: the sums in the order of the slabs, so that whoever adds them up in this order gets
    ///   the same bits for any number of ranks.
    /// - Throws: `RankFailure`.
    package func gatherSums(during what: String) throws -> [(first: Double, second: Double)] {
        let slabCount = buckets.slabs.count
        guard slabCount > 0 else { return [] }
        let floats = 2 * MemoryLayout<Double>.stride / MemoryLayout<Float>.stride
        let counts = (0..<ranks.count).map { Int32(buckets.slabCount(of: $0) * floats) }
        let start = UnsafeMutableRawPointer(sums.address)
        let operation = try ranks.gather(
            start.assumingMemoryBound(to: Float.self), counts: counts, among: .all)
        try ranks.wait(for: operation, during: what)
        var ordered = [(first: Double, second: Double)](
            repeating: (0, 0), count: slabCount)
        var row = 0
        for rank in 0..<ranks.count {
            for bucket in 0..<buckets.count {
                for slab in buckets.run(of: rank, in: bucket).indices {
                    ordered[slab] = (sums[row, 0], sums[row, 1])
                    row += 1
                }
            }
        }
        return ordered
    }
}
