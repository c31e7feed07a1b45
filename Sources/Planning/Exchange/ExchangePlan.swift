import Training

/// What one rank of several does in a step of a stage, and how well they share it.
public struct ExchangePlan: Encodable, Sendable, Equatable {
    /// The ranks in steps of one batch size.
    public struct Segment: Encodable, Sendable, Equatable {
        /// Tokens a batch should have, and the microbatches it is cut into.
        public let batchTokens, microbatches: Int
        /// Microbatches of the rank that has most in a step, on average over steps: all wait for it.
        public let fullestMicrobatches: Double
        /// Microbatches of a rank, on average.
        public let meanMicrobatches: Double
        /// Ranks that have nothing to compute, in the best step.
        public let idleRanks: Int
        /// Seconds of forward, backward and update of the fullest rank; nil without a calibration.
        public let computingSeconds: Double?
        /// The time that one machine would take, divided by all machines', as a share of the time
        /// that they take; nil without a calibration.
        public let efficiency: Double?
        /// Seconds of all steps; nil without a calibration.
        public let seconds: Double?
    }

    /// Steps by batch size, as the stage has them.
    public let batches: [Segment]
    /// Seconds for which a step exchanges gradients and weights; nil where the network is not known.
    public let exchangeSeconds: Double?
    /// Bytes of memory of a rank, and of the machine with most ranks.
    public let memoryOfARank, memoryOfAMachine: Int

    /// The full batch.
    public var full: Segment? { batches.last }

    /// Days of the stage; nil without a calibration.
    var days: Double? {
        batches.reduce(Optional(0)) { sum, segment in
            segment.seconds.flatMap { seconds in sum.map { $0 + seconds / 86_400 } }
        }
    }

    /// Seconds of a step for what ranks tell each other at its beginning and between its passes.
    private static let words = 0.005

    /// The ranks of `layout` in `stage`, whose memory counts them.
    ///
    /// - Parameters:
    ///   - counts: elements of each parameter.
    ///   - speed: how fast machines exchange; the exchange takes no time if nil.
    ///   - time: how long its steps' parts take on a whole machine; nil without a calibration.
    init(
        _ stage: StagePlan, layout: RankLayout, counts: [Int], speed: ExchangeSpeed?,
        time: StepTime?
    ) {
        let ranks = layout.shares.ranks
        let crossing = speed.map {
            Self.crossing(layout, counts: counts, speed: $0)
        }
        exchangeSeconds = crossing
        memoryOfARank = stage.memory.peak
        memoryOfAMachine = stage.memory.peak * layout.ranksOfAMachine
        // The lanes go on from step to step.
        var given = 0
        batches = stage.batches.map { segment in
            let fullest = layout.fullest(
                of: segment.microbatches, after: given, steps: segment.steps)
            given += segment.microbatches * segment.steps
            let part = Double(layout.ranksOfAMachine)
            let computing = time.map {
                part * (fullest * $0.microbatch + $0.update / Double(ranks))
            }
            let step = computing.map { $0 + (crossing ?? 0) + (ranks > 1 ? Self.words : 0) }
            let alone = time.map { $0.seconds(microbatches: segment.microbatches) }
            return Segment(
                batchTokens: segment.batchTokens, microbatches: segment.microbatches,
                fullestMicrobatches: fullest,
                meanMicrobatches: Double(segment.microbatches) / Double(ranks),
                idleRanks: max(0, ranks - segment.microbatches), computingSeconds: computing,
                efficiency: step.flatMap { step in
                    alone.map { $0 / (Double(layout.machines) * step) }
                },
                seconds: step.map { $0 * Double(segment.steps) })
        }
    }

    /// Seconds between n machines, which bring B bytes a second and α seconds a message, with P parts
    /// of the gradients of N parameters for each machine:
    ///
    ///     4 N (n − 1) / n · (P + 1) / B  +  buckets · 4 α (n − 1)
    private static func crossing(_ layout: RankLayout, counts: [Int], speed: ExchangeSpeed)
        -> Double
    {
        let others = Double(layout.machines - 1)
        let bytes =
            4 * Double(counts.reduce(0, +)) * others / Double(layout.machines)
            * Double(layout.partsOfAMachine + layout.copiesOfAMachine)
        let buckets = layout.shares.bucketCount(of: counts)
        return bytes / speed.bytesPerSecond
            + Double(buckets) * 4 * speed.latencySeconds * others
    }
}
