import TensorCore

extension GradientExchange {
    /// Gives all ranks the new weights. `body` updates this rank's run of a bucket in the
    /// parameters; the runs of the others are overwritten by theirs.
    ///
    /// - Parameters:
    ///   - weights: of all parameters. They are sent from and received in these matrices.
    ///   - copies: for each parameter its copy in bfloat16, if there is one, to be kept up to date;
    ///     `body` does so for this rank's runs.
    ///   - what: for messages: `step 812`.
    /// - Throws: `RankFailure`.
    package func spread(
        _ weights: [Matrix<Float>], rounded copies: [Matrix<BFloat16>?], during what: String,
        parallel: Parallel, updating body: (_ run: Run) -> Void
    ) throws {
        precondition(
            weights.map(\.count) == counts, "GradientExchange.spread: matrices of other sizes")
        // The way back through the stages: what a piece was cut from is put together again.
        let way = Array(stages.reversed())
        let runs = runs()
        var operations = way.map { _ in [RankOperation?](repeating: nil, count: 2) }
        for step in 0..<buckets.count + way.count {
            if step < buckets.count {
                body(runs[step])
                operations[0][step % 2] = try gather(step, of: weights, among: way[0])
            }
            for index in way.indices {
                let bucket = step - 1 - index
                guard buckets.isBucket(bucket), let operation = operations[index][bucket % 2]
                else { continue }
                try ranks.wait(for: operation, during: what)
                if index + 1 < way.count {
                    operations[index + 1][bucket % 2] = try gather(
                        bucket, of: weights, among: way[index + 1])
                } else {
                    round(bucket, of: weights, into: copies, parallel: parallel)
                }
            }
        }
    }

    /// Begins to complete the part of a bucket that the ranks of a stage have together.
    private func gather(
        _ bucket: Int, of weights: [Matrix<Float>], among stage: SumStage
    ) throws -> RankOperation {
        let pieces = pieces(among: stage.level, in: bucket).map(\.byMatrix)
        let place = RunPlace.matrices(weights)
        var numbers: [Int32?] = []
        for (member, other) in stage.ranks.enumerated() where member != stage.member {
            for cut in pieces[stage.member] {
                numbers.append(try ranks.send(place.stretch(of: cut), to: other))
            }
        }
        for (member, other) in stage.ranks.enumerated() where member != stage.member {
            for cut in pieces[member] {
                numbers.append(try ranks.receive(place.stretch(of: cut), from: other))
            }
        }
        return RankOperation(numbers: numbers.compactMap(\.self), level: stage.level)
    }

    /// Rounds the runs of the others in a bucket that is complete.
    private func round(
        _ bucket: Int, of weights: [Matrix<Float>], into copies: [Matrix<BFloat16>?],
        parallel: Parallel
    ) {
        let slabs = buckets.bucket(bucket)
        let own = buckets.run(of: ranks.rank, in: bucket)
        for run in [slabs[..<own.startIndex], slabs[own.endIndex...]] {
            roundRun(run, of: weights, into: copies, parallel: parallel)
        }
    }
}
