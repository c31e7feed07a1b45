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
            \(kept). Resume with a lower learning rate (--set phases.….learning_rate.peak=…, in a \
            new --run with --resume CHECKPOINT), or look at the data of that batch.
            """
    }
}
