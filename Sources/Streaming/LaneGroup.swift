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
    mutating func nextBatch(_ request: BatchRequest) throws -> StepBatch {
        let count = request.microbatchCount(of: microbatchTokens)
        var batches: [PackedBatch] = []
        batches.reserveCapacity(count)
        for _ in 0..<count {
            let turn = microbatches % lanes.count
            batches.append(
                try lanes[turn].nextMicrobatch(
                    maskRatio: request.maskRatio, mixture: request.mixture))
            microbatches += 1
        }
        return StepBatch(
            microbatches: batches, maskRatio: request.maskRatio, laneStates: lanes.map(\.state))
    }
}
