import TensorCore

extension GradientExchange {
    /// Gives all ranks the new weights. `body` updates this rank's run of a bucket in the
    /// parameters; the runs of the others are overwritten by theirs.
    ///
    /// - Parameters:
    ///   - weights: of all parameters.
    ///   - copies: for each parameter its copy in bfloat16, if there is one, to be kept up to date;
    ///     `body` does so for this rank's runs.
    ///   - what: for messages: `step 812`.
    /// - Throws: `RankFailure`.
    package func spread(
        _ weights: [Matrix<Float>], rounded copies: [Matrix<BFloat16>?], during what: String,
        parallel: Parallel, updating body: (_ run: Run) -> Void
    ) throws {
        var former: RankOperation?
        for (bucket, run) in runs().enumerated() {
            body(run)
            let operation = try gather(run, of: bucket, weights, parallel: parallel)
            if let former {
                try ranks.wait(for: former, during: what)
                receive(bucket - 1, weights, copies, parallel: parallel)
            }
            former = operation
        }
        guard let former else { return }
        try ranks.wait(for: former, during: what)
        receive(buckets.count - 1, weights, copies, parallel: parallel)
    }

    private func gather(
        _ run: Run, of bucket: Int, _ weights: [Matrix<Float>], parallel: Parallel
    ) throws -> RankOperation {
        let buffer = outgoing[bucket % 2]
        let place = (run.slabs.first?.place ?? 0) - (buckets.bucket(bucket).first?.place ?? 0)
        pack(run.slabs, of: weights, into: buffer, at: max(0, place), parallel: parallel)
        return try ranks.gather(
            buffer.address, counts: buckets.elementCounts(in: bucket).map { Int32($0) },
            among: .all)
    }

    private func receive(
        _ bucket: Int, _ weights: [Matrix<Float>], _ copies: [Matrix<BFloat16>?],
        parallel: Parallel
    ) {
        let slabs = buckets.bucket(bucket)
        let own = buckets.run(of: ranks.rank, in: bucket)
        for run in [slabs[..<own.startIndex], slabs[own.endIndex...]] {
            guard let place = run.first?.place else { continue }
            unpack(
                run, from: outgoing[bucket % 2], at: place - slabs[slabs.startIndex].place,
                into: weights, rounded: copies, parallel: parallel)
        }
    }
}
