import TensorCore

extension GradientExchange {
    /// Adds up the gradients of all lanes; `body` gets this rank's runs of the sum, one after the
    /// other, while the next buckets are under way.
    ///
    /// - Parameters:
    ///   - parts: for each of `nodes` its value, a matrix for each parameter; nil where all of its
    ///     lanes are absent. They are sent from where they are, and not changed.
    ///   - isPresent: for each lane whether it had a microbatch; at least one had.
    ///   - what: for messages: `step 812`.
    ///   - body: gets a run and its gradient, from the matrix's first element on.
    /// - Throws: `RankFailure`.
    package func reduce(
        parts: [[Matrix<Float>]?], isPresent: [Bool], during what: String, parallel: Parallel,
        _ body: (_ run: Run, _ gradient: Matrix<Float>) -> Void
    ) throws {
        check(parts, isPresent)
        let plans = stages.map { $0.plan(isPresent) }
        let runs = runs()
        let values = parts.compactMap { $0.map(RunPlace.matrices) }
        try carry(values, plans, during: what) { index, bucket, values in
            let (stage, plan) = (stages[index], plans[index])
            let piece = pieces(among: stage.level, in: bucket)[stage.member]
            let slots = stage.slots[bucket % stage.slots.count]
            func place(_ place: SumStage.Place) -> RunPlace {
                switch place {
                case .own(let number): values[number]
                case .slot(let slot): .buffer(slots[slot], from: piece.first?.place ?? 0)
                }
            }
            addRuns(
                plan.additions.map {
                    RunSum(place($0.left), place($0.right), into: place(.slot($0.sum)))
                }, of: piece, parallel: parallel)
            for copy in plan.copies {
                copyRun(
                    piece, from: values[copy.own], into: place(.slot(copy.slot)),
                    parallel: parallel)
            }
            if index == stages.count - 1 { body(runs[bucket], slots[plan.results[0]]) }
        }
    }

    /// Moves the bytes that `reduce` moves where all lanes are present, and adds nothing.
    ///
    /// - Parameter parts: for each of `nodes` a matrix for each parameter.
    /// - Throws: `RankFailure`.
    package func move(_ parts: [[Matrix<Float>]], during what: String) throws {
        let isPresent = [Bool](repeating: true, count: lanes)
        check(parts, isPresent)
        let values = parts.map(RunPlace.matrices)
        try carry(values, stages.map { $0.plan(isPresent) }, during: what) { _, _, _ in }
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
}
