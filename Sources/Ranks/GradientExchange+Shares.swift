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
                share.address + stretch.shareOffset, counts: sent, into: buffer.address,
                counts: received, among: .all)
            try ranks.wait(for: operation, during: what)
            guard ranks.isFirst else { continue }
            buffer.withElements { elements in
                for piece in pieces(of: stretch) {
                    body(piece.start, elements.extracting(piece.places))
                }
            }
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
            for piece in pieces(of: stretch) where ranks.isFirst {
                var elements = UnsafeMutableBufferPointer(
                    start: buffer.address + piece.places.lowerBound, count: piece.places.count
                ).mutableSpan
                body(piece.start, &elements)
            }
            let sent = ranks.isFirst ? stretch.counts : stretch.counts.map { _ in 0 }
            var received = [Int32](repeating: 0, count: ranks.count)
            received[0] = stretch.counts[ranks.rank]
            let operation = try ranks.exchange(
                buffer.address, counts: sent, into: share.address + stretch.shareOffset,
                counts: received, among: .all)
            try ranks.wait(for: operation, during: what)
        }
    }

    /// Elements of a parameter that lie in one bucket.
    private struct Stretch {
        /// The first of them in the parameter.
        let start: Int
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
                return buckets.slabs[run.indices.clamped(to: lower..<upper + 1)]
            }
            let run = buckets.run(of: ranks.rank, in: bucket)
            let lead = pieces[ranks.rank].first.map { $0.place - run[run.startIndex].place }
            return Stretch(
                start: buckets.slabs[lower].start,
                counts: pieces.map { Int32($0.elementCount) },
                shareOffset: lead.map { shareStarts[bucket] + $0 } ?? 0)
        }
    }

    /// What the ranks have of a stretch, in the parameter's order: where it begins in the parameter,
    /// and where it lies in a buffer with all pieces in the order of ranks.
    private func pieces(of stretch: Stretch) -> [(start: Int, places: Range<Int>)] {
        let ends = stretch.counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int($1)) }
        var start = stretch.start
        return buckets.ranksByPlace.compactMap { rank in
            let places = ends[rank]..<ends[rank + 1]
            defer { start += places.count }
            return places.isEmpty ? nil : (start, places)
        }
    }
}
