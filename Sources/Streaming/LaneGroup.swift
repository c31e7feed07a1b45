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

    /// The batch of one step: whole microbatches dealt round-robin to the lanes. What is left of a
    /// budget for the last two steps is divided between them, so that none is small.
    ///
    /// - Throws: `DataExhausted` where nothing is left of a budget; `InputError` as `Lane`.
    mutating func nextBatch(_ request: BatchRequest) throws -> StepBatch {
        for lane in lanes.indices { try lanes[lane].rereadWaiting() }
        let count = share(ofLast: request.microbatchCount(of: microbatchTokens))
        var batches: [PackedBatch] = []
        var turns: [Int] = []
        while batches.count < count, let turn = nextTurn {
            batches.append(
                try lanes[turn].nextMicrobatch(
                    maskRatio: request.maskRatio, mixture: request.mixture))
            turns.append(turn)
            microbatches += 1
        }
        guard !batches.isEmpty else { throw DataExhausted() }
        return StepBatch(
            microbatches: batches, lanes: turns, maskRatio: request.maskRatio,
            laneStates: lanes.map(\.state))
    }

    /// Tokens that are left of a budget; nil without one.
    private var tokensLeft: Int? {
        let left = lanes.compactMap(\.tokensLeft)
        return left.isEmpty ? nil : left.reduce(0, +)
    }

    /// How many microbatches a step of `count` takes: all that are left for the last one, half of
    /// them for the one before where they are less than one and a half steps.
    private func share(ofLast count: Int) -> Int {
        guard let tokensLeft else { return count }
        let left = (tokensLeft + microbatchTokens - 1) / microbatchTokens
        if left <= count { return .max }
        return 2 * left < 3 * count ? (left + 1) / 2 : count
    }

    /// The lane whose turn it is; lanes without anything left are passed over, and it is nil where
    /// all are.
    private var nextTurn: Int? {
        let first = microbatches % lanes.count
        return lanes.indices.lazy.map { (first + $0) % lanes.count }
            .first { lanes[$0].tokensLeft != 0 }
    }
}
