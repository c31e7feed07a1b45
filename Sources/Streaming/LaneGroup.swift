import Diagnostics
import PackedBatches

/// All lanes of a run in one process, which take turns at giving microbatches.
struct LaneGroup {
    private var lanes: [Lane]
    private let microbatchTokens: Int
    /// Microbatches given so far; the turn of lane `microbatches` mod lanes comes next.
    private var microbatches: Int

    init(
        _ configuration: StreamConfiguration, _ catalogue: ShardCatalogue, _ states: [LaneState]?
    ) throws {
        try Self.check(states, configuration)
        lanes = try (0..<configuration.lanes).map { lane in
            try Lane(
                configuration: configuration, catalogue: catalogue, lane: lane,
                state: states?[lane])
        }
        microbatchTokens = configuration.microbatchTokens
        microbatches = states?.reduce(0) { $0 + $1.microbatches } ?? 0
    }

    /// Checks that `states` can be those of the lanes of `configuration`.
    static func check(_ states: [LaneState]?, _ configuration: StreamConfiguration) throws {
        guard let states else { return }
        guard states.count == configuration.lanes else {
            throw InputError(
                at: "state of the lanes", expected: "\(configuration.lanes) lanes",
                found: "\(states.count)",
                remedy: "Resume with the number of lanes that the run began with.")
        }
        for (lane, state) in states.enumerated() {
            try state.check(
                sources: configuration.sources.count, mixtures: configuration.mixtures.count,
                lane: lane)
        }
    }

    /// The batch of one step: whole microbatches dealt round-robin to the lanes.
    ///
    /// At the end of a budget it may be smaller, or larger by less than half of one: what would be
    /// left for a last step is at least that much.
    ///
    /// - Throws: `DataExhausted` where nothing is left of a budget; `InputError` as `Lane`.
    mutating func nextBatch(_ request: BatchRequest) throws -> StepBatch {
        let count = request.microbatchCount(of: microbatchTokens)
        for lane in lanes.indices { try lanes[lane].rereadWaiting() }
        var batches: [PackedBatch] = []
        batches.reserveCapacity(count)
        while batches.count < count || isLittle(tokensLeft, beside: count),
            let turn = nextTurn
        {
            batches.append(
                try lanes[turn].nextMicrobatch(
                    maskRatio: request.maskRatio, mixture: request.mixture))
            microbatches += 1
        }
        guard !batches.isEmpty else { throw DataExhausted() }
        return StepBatch(
            microbatches: batches, maskRatio: request.maskRatio, laneStates: lanes.map(\.state))
    }

    /// Tokens that are left of a budget; nil without one.
    private var tokensLeft: Int? {
        lanes.reduce(Optional(0)) { sum, lane in
            guard let sum, let left = lane.tokensLeft else { return nil }
            return sum + left
        }
    }

    private func isLittle(_ tokens: Int?, beside microbatches: Int) -> Bool {
        tokens.map { 2 * $0 < microbatches * microbatchTokens } ?? false
    }

    /// The lane whose turn it is; lanes without anything left are passed over, and it is nil where
    /// all are.
    private var nextTurn: Int? {
        let first = microbatches % lanes.count
        return lanes.indices.lazy.map { (first + $0) % lanes.count }
            .first { lanes[$0].tokensLeft != 0 }
    }
}
