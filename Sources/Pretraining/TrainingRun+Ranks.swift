import Checkpoints
import Diagnostics
import Encoders
import Formats
import Ranks
import Streaming
import Training

extension TrainingRun {
    /// The batch of the next step, or nil if `stops` turns true while it is waited for, or another
    /// rank was asked to stop.
    ///
    /// All ranks call it, rank 0 for all: it hears of each whether it has the same batch.
    ///
    /// - Throws: `InputError` for data that are damaged on any rank.
    func nextBatch(
        of session: StageSession, unless stops: () -> Bool = { false }
    ) throws -> StepBatch? {
        guard let batch = try session.nextBatch(unless: stops) else { return nil }
        guard ranks.count > 1 else { return batch }
        try ranks.command(.prepare)
        let step = "step \(state.clock.step + 1)"
        let words = try ranks.words(StepWord.self, during: step)
        for (rank, word) in zip(1..., words) {
            if let trouble = word.trouble { throw trouble.error(of: rank, in: ranks) }
            guard word.batch == batch.fingerprint else {
                throw InputError(
                    at: "[\(ranks.name(of: rank))] \(step)",
                    expected: "the tokens that rank 0 has read", found: "others",
                    remedy: "Give all ranks the same shards, or one folder that they share.")
            }
        }
        signalOfOthers = words.lazy.compactMap(\.signal).first
        return signalOfOthers == nil ? batch : nil
    }

    /// Makes model and optimizer what `checkpoint` holds, on all ranks.
    ///
    /// - Throws: `InputError` naming the first tensor that does not belong to the model.
    func restore(_ checkpoint: Checkpoint) throws {
        try checkpoint.restore(model: model)
        try spreadWeights()
        try checkpoint.restore(optimizer) { try ranks.command(.takeMoments(stepCount: $0)) }
    }

    /// Gives all ranks the weights of rank 0, which calls it.
    func spreadWeights() throws {
        try ranks.command(.takeWeights)
        try receiveWeights(into: model)
    }

    /// Overwrites the weights of `model` by those that rank 0 has there.
    func receiveWeights(into model: MaskedLanguageModel) throws {
        guard ranks.count > 1 else { return }
        for parameter in model.parameters {
            try ranks.broadcast(parameter.tensor.value)
            parameter.didChange()
        }
    }

    /// Checks that all ranks have the same weights. They cannot differ unless memory is damaged, and
    /// then no checkpoint is written of them.
    ///
    /// - Throws: `RankFailure` that names the rank.
    func compareWeights() throws {
        guard ranks.count > 1 else { return }
        try ranks.command(.hashWeights)
        let own = model.weightsHash
        let hashes = try ranks.words(String.self, during: "comparing weights")
        for (rank, hash) in zip(1..., hashes) where hash != own {
            throw RankFailure(
                """
                \(ranks.name(of: rank)) has other weights than rank 0 after step \
                \(state.clock.step), which damaged memory may do: look after that machine, and go \
                on from the last checkpoint
                """)
        }
    }

    /// Held-out loss by language of `evaluated`, or of the model in training, measured by all
    /// ranks; nil if `stops` turns true between two rounds of batches.
    func losses(
        of evaluated: MaskedLanguageModel?, unless stops: () -> Bool
    ) throws -> [String: Double]? {
        let configuration = (evaluated ?? model).configuration
        try ranks.command(
            .evaluate(
                hasOtherWeights: evaluated != nil, globalBase: configuration.globalRotaryBase,
                localBase: configuration.localRotaryBase))
        if let evaluated { try receiveWeights(into: evaluated) }
        return try evaluator.losses(of: evaluated ?? model, unless: stops)
    }
}

extension MaskedLanguageModel {
    /// A hash of all weights.
    var weightsHash: String {
        Checksum.xxh3_64.digest(ofPieces: { add in
            for parameter in parameters { parameter.tensor.value.withElements { add($0) } }
        })
    }
}

extension StepBatch {
    /// A hash of all tokens, labels and lanes (FNV-1a).
    var fingerprint: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ numbers: [Int32]) {
            for number in numbers {
                hash = (hash ^ UInt64(UInt32(bitPattern: number))) &* 0x100_0000_01b3
            }
        }
        for (lane, microbatch) in zip(lanes, microbatches) {
            add([Int32(lane)])
            add(microbatch.tokenIDs)
            add(microbatch.labels)
        }
        return hash
    }
}
