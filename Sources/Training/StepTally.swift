import PackedBatches
import Ranks

/// What a step counts while it computes: the loss of each microbatch, and seconds.
struct StepTally {
    /// The share of each microbatch in the step's loss; 0 for those that are not computed yet.
    var losses: [Double]
    var seconds = TrainingStep.Seconds()
    /// 1 / the scored tokens of the whole step.
    let lossScale: Float

    init(_ microbatches: [PackedBatch]) {
        losses = Array(repeating: 0, count: microbatches.count)
        let scoredTokens = microbatches.reduce(0) { $0 + $1.scoredTokenCount }
        // Of a few tokens, perhaps none is scored.
        lossScale = 1 / Float(max(1, scoredTokens))
    }

    /// The loss of the step: the sum in the order of the microbatches.
    var loss: Double { losses.reduce(0, +) }

    /// - Throws: `NonFiniteValue` where the loss of microbatch `number` is not a number.
    func check(_ number: Int) throws {
        guard !losses[number].isFinite else { return }
        throw NonFiniteValue(
            what: "the loss", value: losses[number],
            place: "microbatch \(number + 1) of the \(losses.count) in its batch")
    }

    /// Brings together the losses of all ranks, after which everyone has all of them.
    ///
    /// Rank 0 hears from each rank and answers with all losses: who comes late is known by name,
    /// and the exchange of gradients begins when all are there.
    ///
    /// - Returns: on rank 0, how many seconds each rank computed; nothing on the others and for one.
    /// - Throws: `NonFiniteValue` for the first loss that is not a number, on all ranks.
    mutating func exchange(
        _ dealing: LaneDealing, among ranks: RankGroup, during what: String
    ) throws -> [Double] {
        guard ranks.count > 1 else { return [] }
        var computing: [Double] = []
        if ranks.isFirst {
            computing.append(seconds.total)
            for (rank, numbers) in try ranks.numbers(during: what).enumerated().dropFirst() {
                let own = dealing.microbatches(of: rank, among: ranks.count)
                for (number, loss) in zip(own, numbers.dropFirst()) { losses[number] = loss }
                computing.append(numbers[0])
            }
            try ranks.tell(numbers: losses)
        } else {
            let own = dealing.microbatches(of: ranks.rank, among: ranks.count)
            try ranks.answer(numbers: [seconds.total] + own.map { losses[$0] })
            losses = try ranks.hearNumbers()
        }
        for number in losses.indices { try check(number) }
        return computing
    }
}
