import TensorCore

extension GradientExchange {
    /// Adds up the gradients of all lanes; `body` gets this rank's runs of the sum, one after the
    /// other, while the next bucket is under way.
    ///
    /// - Parameters:
    ///   - parts: for each of `nodes` its value, a matrix for each parameter; nil where all of its
    ///     lanes are absent.
    ///   - isPresent: for each lane whether it had a microbatch; at least one had.
    ///   - what: for messages: `step 812`.
    ///   - body: gets a run and its gradient, from the matrix's first element on.
    /// - Throws: `RankFailure`.
    package func reduce(
        parts: [[Matrix<Float>]?], isPresent: [Bool], during what: String, parallel: Parallel,
        _ body: (_ run: Run, _ gradient: Matrix<Float>) -> Void
    ) throws {
        precondition(
            isPresent.count == lanes && isPresent.contains(true) && parts.count == nodes.count,
            """
            GradientExchange.reduce: \(isPresent.count) lanes of \(lanes), \(parts.count) parts of \
            \(nodes.count)
            """)
        let present = nodesByRank.map { nodes in
            nodes.filter { isPresent[$0.lanes(of: lanes)].contains(true) }
        }
        for (node, part) in zip(nodes, parts) {
            precondition(
                (part != nil) == present[ranks.rank].contains(node),
                "GradientExchange.reduce: value of lanes \(node.lanes(of: lanes))")
        }
        let additions = SumTree.additions(of: Array(present.joined()), lanes: lanes)
        let partCounts = present.map(\.count)
        let own = parts.compactMap { $0 }
        var next: RankOperation?
        for (bucket, run) in runs().enumerated() {
            let operation =
                try next ?? send(own, of: bucket, partCounts: partCounts, parallel: parallel)
            next =
                bucket + 1 < buckets.count
                ? try send(own, of: bucket + 1, partCounts: partCounts, parallel: parallel) : nil
            try ranks.wait(for: operation, during: what)
            let gradient = incoming[bucket % 2]
            addParts(
                additions, in: gradient, length: run.slabs.elementCount, parallel: parallel)
            body(run, gradient)
        }
    }

    /// Packs a bucket of the parts, owner after owner, and begins to exchange it.
    private func send(
        _ parts: [[Matrix<Float>]], of bucket: Int, partCounts: [Int], parallel: Parallel
    ) throws -> RankOperation {
        let (buffer, target) = (outgoing[bucket % 2], incoming[bucket % 2])
        // A single part's runs lie one behind another as they do in the bucket.
        let runs =
            parts.count == 1
            ? [buckets.bucket(bucket)]
            : (0..<ranks.count).map { buckets.run(of: $0, in: bucket) }
        var offset = 0
        for run in runs {
            for part in parts {
                pack(run, of: part, into: buffer, at: offset, parallel: parallel)
                offset += run.elementCount
            }
        }
        let own = buckets.run(of: ranks.rank, in: bucket).elementCount
        return try ranks.exchange(
            buffer.address,
            counts: buckets.elementCounts(in: bucket).map { Int32($0 * parts.count) },
            into: target.address, counts: partCounts.map { Int32($0 * own) }, among: .all)
    }
}
