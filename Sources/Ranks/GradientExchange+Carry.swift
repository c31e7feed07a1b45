import TensorCore

extension GradientExchange {
    /// A bucket on its way through a stage.
    private struct Passage {
        /// This rank's own values.
        let values: [RunPlace]
        let operation: RankOperation
    }

    /// Sends buckets through the stages, two at a time in each: every rank gets the others' values
    /// of its pieces in its slots.
    ///
    /// - Parameters:
    ///   - values: this rank's own, of all elements. They are sent from where they are.
    ///   - plans: of each stage.
    ///   - arrived: gets a stage, a bucket whose values have come, and this rank's own values; puts
    ///     the plan's results into their slots.
    /// - Throws: `RankFailure`.
    func carry(
        _ values: [RunPlace], _ plans: [SumStage.Plan], during what: String,
        arrived: (_ stage: Int, _ bucket: Int, _ values: [RunPlace]) -> Void
    ) throws {
        var passages = stages.map { [Passage?](repeating: nil, count: $0.slots.count) }
        func begin(_ index: Int, _ bucket: Int, _ values: [RunPlace]) throws {
            let operation = try send(values, to: stages[index], plans[index], bucket)
            passages[index][bucket % passages[index].count] =
                Passage(values: values, operation: operation)
        }
        for step in 0..<buckets.count + stages.count {
            if step < buckets.count { try begin(0, step, values) }
            for index in stages.indices {
                let bucket = step - 1 - index
                guard buckets.isBucket(bucket),
                    let passage = passages[index][bucket % passages[index].count]
                else { continue }
                try ranks.wait(for: passage.operation, during: what)
                arrived(index, bucket, passage.values)
                guard index + 1 < stages.count else { continue }
                let stage = stages[index]
                let from = pieces(among: stage.level, in: bucket)[stage.member].first?.place ?? 0
                let results = plans[index].results.map {
                    RunPlace.buffer(stage.slots[bucket % stage.slots.count][$0], from: from)
                }
                try begin(index + 1, bucket, results)
            }
        }
    }

    /// Begins to send the others of a stage their pieces of this rank's values, and to receive
    /// theirs of its own piece.
    private func send(
        _ values: [RunPlace], to stage: SumStage, _ plan: SumStage.Plan, _ bucket: Int
    ) throws -> RankOperation {
        let pieces = pieces(among: stage.level, in: bucket)
        let slots = stage.slots[bucket % stage.slots.count]
        let own = pieces[stage.member]
        /// Values in matrices are cut where these end, by those who send and those who receive.
        func cuts(_ piece: ArraySlice<FlatSlab>) -> [ArraySlice<FlatSlab>] {
            stage === stages[0] ? piece.byMatrix : [piece]
        }
        var numbers: [Int32?] = []
        // Sent first: received first, TCP of Open MPI takes nearly twice as long.
        for (member, other) in stage.ranks.enumerated() where member != stage.member {
            for value in values {
                for cut in cuts(pieces[member]) {
                    numbers.append(try ranks.send(value.stretch(of: cut), to: other))
                }
            }
        }
        var slot = 0
        for (member, other) in stage.ranks.enumerated() where member != stage.member {
            for _ in 0..<plan.valueCounts[member] {
                let place = RunPlace.buffer(slots[slot], from: own.first?.place ?? 0)
                for cut in cuts(own) {
                    numbers.append(try ranks.receive(place.stretch(of: cut), from: other))
                }
                slot += 1
            }
        }
        return RankOperation(numbers: numbers.compactMap(\.self), level: stage.level)
    }
}
