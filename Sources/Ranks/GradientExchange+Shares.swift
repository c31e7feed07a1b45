import TensorCore

/// What the ranks hold of a parameter, each its share, on its way to rank 0 and back.
extension GradientExchange {
    /// Gives rank 0 all elements of a parameter, of which each rank has those of its share.
    ///
    /// - Parameters:
    ///   - parameter: which one.
    ///   - share: this rank's share, at least `shareCount` elements.
    ///   - what: for messages: `saving checkpoint …`.
    ///   - body: called on rank 0 alone, with a stretch of the parameter's elements and where it
    ///     begins, from the first to the last.
    /// - Throws: `RankFailure`.
    package func collect(
        _ parameter: Int, of share: Matrix<Float>, during what: String,
        _ body: (_ offset: Int, _ elements: Span<Float>) -> Void
    ) throws {
        for stretch in stretches(of: parameter) {
            let received = ranks.isFirst ? stretch.counts : stretch.counts.map { _ in 0 }
            var sent = [Int32](repeating: 0, count: ranks.count)
            sent[0] = stretch.counts[ranks.rank]
            let operation = try ranks.exchange(
                share.address + stretch.shareOffset, counts: sent, into: outgoing[0].address,
                counts: received, among: .all)
            try ranks.wait(for: operation, during: what)
            guard ranks.isFirst else { continue }
            outgoing[0].withElements { body(stretch.start, $0.extracting(first: stretch.count)) }
        }
    }

    /// Gives each rank those elements of a parameter that are in its share.
    ///
    /// - Parameters:
    ///   - parameter: which one.
    ///   - share: this rank's share, at least `shareCount` elements; those of the parameter are
    ///     overwritten.
    ///   - what: for messages: `loading checkpoint …`.
    ///   - body: called on rank 0 alone, to fill a stretch of the parameter's elements, with where it
    ///     begins.
    /// - Throws: `RankFailure`.
    package func deal(
        _ parameter: Int, into share: Matrix<Float>, during what: String,
        _ body: (_ offset: Int, _ elements: inout MutableSpan<Float>) -> Void
    ) throws {
        for stretch in stretches(of: parameter) {
            if ranks.isFirst {
                var elements = UnsafeMutableBufferPointer(
                    start: outgoing[0].address, count: stretch.count
                ).mutableSpan
                body(stretch.start, &elements)
            }
            let sent = ranks.isFirst ? stretch.counts : stretch.counts.map { _ in 0 }
            var received = [Int32](repeating: 0, count: ranks.count)
            received[0] = stretch.counts[ranks.rank]
            let operation = try ranks.exchange(
                outgoing[0].address, counts: sent, into: share.address + stretch.shareOffset,
                counts: received, among: .all)
            try ranks.wait(for: operation, during: what)
        }
    }

    /// Elements of a parameter that lie in one bucket: in the order of their owners' ranks.
    private struct Stretch {
        /// The first of them in the parameter.
        let start: Int
        /// How many there are.
        let count: Int
        /// How many of them each rank has.
        let counts: [Int32]
        /// Where those of this rank begin in its share; 0 where it has none.
        let shareOffset: Int
    }

    private func stretches(of parameter: Int) -> [Stretch] {
        (0..<buckets.count).compactMap { bucket in
            let slabs = buckets.bucket(bucket)
            guard
                let lower = slabs.firstIndex(where: { $0.matrix == parameter }),
                let upper = slabs.lastIndex(where: { $0.matrix == parameter })
            else { return nil }
            let pieces = (0..<ranks.count).map { rank in
                let run = buckets.run(of: rank, in: bucket)
                let range = run.indices.clamped(to: lower..<upper + 1)
                return buckets.slabs[range]
            }
            let own = pieces[ranks.rank]
            let run = buckets.run(of: ranks.rank, in: bucket)
            let lead = own.first.map { $0.place - run[run.startIndex].place }
            return Stretch(
                start: buckets.slabs[lower].start,
                count: buckets.slabs[lower...upper].elementCount,
                counts: pieces.map { Int32($0.elementCount) },
                shareOffset: lead.map { shareStarts[bucket] + $0 } ?? 0)
        }
    }
}
