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
        // The way back through the stages: what a piece was cut from is put together again.
        let levels = stages.reversed().map(\.level)
        let runs = runs()
        var operations = levels.map { _ in [RankOperation?](repeating: nil, count: 2) }
        for step in 0..<buckets.count + levels.count {
            if step < buckets.count {
                body(runs[step])
                pack(
                    runs[step].slabs, of: weights, into: buffer(step),
                    at: offset(of: runs[step].slabs, in: step), parallel: parallel)
                operations[0][step % 2] = try gather(step, among: levels[0])
            }
            for index in levels.indices {
                let bucket = step - 1 - index
                guard buckets.isBucket(bucket), let operation = operations[index][bucket % 2]
                else { continue }
                try ranks.wait(for: operation, during: what)
                if index + 1 < levels.count {
                    operations[index + 1][bucket % 2] = try gather(
                        bucket, among: levels[index + 1])
                } else {
                    unpack(bucket, into: weights, copies, parallel: parallel)
                }
            }
        }
    }

    private func buffer(_ bucket: Int) -> Matrix<Float> {
        weightBuffers[bucket % weightBuffers.count]
    }

    /// Where a run of a bucket begins in the bucket; 0 where it is empty.
    private func offset(of run: ArraySlice<FlatSlab>, in bucket: Int) -> Int {
        guard let place = run.first?.place, let start = buckets.bucket(bucket).first?.place
        else { return 0 }
        return place - start
    }

    /// Begins to complete the part of a bucket that the ranks of a level have together.
    private func gather(_ bucket: Int, among level: RankLevel) throws -> RankOperation {
        let pieces = pieces(among: level, in: bucket)
        let first = pieces.first { !$0.isEmpty } ?? []
        return try ranks.gather(
            buffer(bucket).address + offset(of: first, in: bucket),
            counts: pieces.map { Int32($0.elementCount) }, among: level)
    }

    /// Takes the runs of the others out of a bucket.
    private func unpack(
        _ bucket: Int, into weights: [Matrix<Float>], _ copies: [Matrix<BFloat16>?],
        parallel: Parallel
    ) {
        let slabs = buckets.bucket(bucket)
        let own = buckets.run(of: ranks.rank, in: bucket)
        for run in [slabs[..<own.startIndex], slabs[own.endIndex...]] {
            TensorCore.unpack(
                run, from: buffer(bucket), at: offset(of: run, in: bucket), into: weights,
                rounded: copies, parallel: parallel)
        }
    }
}
