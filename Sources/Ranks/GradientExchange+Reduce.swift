import TensorCore

extension GradientExchange {
    /// Adds up the gradients of all lanes; `body` gets this rank's runs of the sum, one after the
    /// other, while the next buckets are under way.
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
        check(parts, isPresent)
        let parts = parts.compactMap { $0 }
        let plans = stages.map { $0.plan(isPresent) }
        let runs = runs()
        // Of each stage the two buckets that were begun last.
        var operations = stages.map { _ in [RankOperation?](repeating: nil, count: 2) }
        for step in 0..<buckets.count + stages.count {
            if step < buckets.count {
                pack(parts, of: step, parallel: parallel)
                operations[0][step % 2] = try begin(stages[0], plans[0], step)
            }
            for (index, stage) in stages.enumerated() {
                let bucket = step - 1 - index
                guard buckets.isBucket(bucket), let operation = operations[index][bucket % 2]
                else { continue }
                try ranks.wait(for: operation, during: what)
                let piece = pieces(among: stage.level, in: bucket)[stage.member]
                let values = stage.incoming[bucket % 2]
                addParts(
                    plans[index].additions, in: values, length: piece.elementCount,
                    parallel: parallel)
                guard index + 1 < stages.count else {
                    body(runs[bucket], values)
                    continue
                }
                pass(plans[index].results, of: piece, from: values, to: stages[index + 1], bucket)
                operations[index + 1][bucket % 2] = try begin(
                    stages[index + 1], plans[index + 1], bucket)
            }
        }
    }

    private func check(_ parts: [[Matrix<Float>]?], _ isPresent: [Bool]) {
        precondition(
            isPresent.count == lanes && isPresent.contains(true) && parts.count == nodes.count,
            """
            GradientExchange.reduce: \(isPresent.count) lanes of \(lanes), \(parts.count) parts of \
            \(nodes.count)
            """)
        for (node, part) in zip(nodes, parts) {
            precondition(
                (part != nil) == isPresent[node.lanes(of: lanes)].contains(true),
                "GradientExchange.reduce: value of lanes \(node.lanes(of: lanes))")
            precondition(
                part == nil || part?.map(\.count) == counts,
                "GradientExchange.reduce: matrices of other sizes")
        }
    }

    /// Packs a bucket of the parts into the first stage's buffer, piece after piece.
    private func pack(_ parts: [[Matrix<Float>]], of bucket: Int, parallel: Parallel) {
        // A single part's pieces lie one behind another as they do in the bucket.
        let pieces =
            parts.count == 1
            ? [buckets.bucket(bucket)] : pieces(among: stages[0].level, in: bucket)
        var offset = 0
        for piece in pieces {
            for part in parts {
                TensorCore.pack(
                    piece, of: part, into: stages[0].outgoing[bucket % 2], at: offset,
                    parallel: parallel)
                offset += piece.elementCount
            }
        }
    }

    /// Copies what a stage has made of a piece into the next one's buffer, piece after piece.
    private func pass(
        _ results: [Int], of whole: ArraySlice<FlatSlab>, from values: Matrix<Float>,
        to stage: SumStage, _ bucket: Int
    ) {
        let length = whole.elementCount
        var target = stage.outgoing[bucket % 2].address
        var start = 0
        for piece in pieces(among: stage.level, in: bucket) {
            for result in results {
                target.update(
                    from: values.address + result * length + start, count: piece.elementCount)
                target += piece.elementCount
            }
            start += piece.elementCount
        }
    }

    /// Begins the exchange of a bucket that has been packed.
    private func begin(
        _ stage: SumStage, _ plan: SumStage.Plan, _ bucket: Int
    ) throws -> RankOperation {
        let counts = pieces(among: stage.level, in: bucket).map(\.elementCount)
        return try ranks.exchange(
            stage.outgoing[bucket % 2].address,
            counts: counts.map { Int32($0 * plan.partCounts[stage.member]) },
            into: stage.incoming[bucket % 2].address,
            counts: plan.partCounts.map { Int32($0 * counts[stage.member]) }, among: stage.level)
    }
}
