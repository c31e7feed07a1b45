/// A run that cannot go on: the loss of a step is no number.
///
/// Parameters and optimizer were not touched by the step, and the last checkpoint is as it was.
public struct TrainingFailure: Error, CustomStringConvertible {
    /// What happened, where, and what to do.
    public let description: String

    init(
        _ failure: NonFiniteLoss, stage: String, step: Int, tokens: Int, lastCheckpoint: String?
    ) {
        let kept = lastCheckpoint.map { "Checkpoint \($0) is kept" } ?? "There is no checkpoint yet"
        description = """
            the loss became \(failure.loss) in stage \(stage), step \(step) \
            (\(tokens) tokens into the stage), microbatch \(failure.microbatch + 1) of its batch. \
            \(kept). Train in another folder (--run) with a lower peak learning rate, from that \
            checkpoint's weights with --set model.initialize_from=CHECKPOINT, or look at the data \
            of that batch.
            """
    }
}
