import Reporting
import Training

/// A run that cannot continue: a loss, or a gradient, is not a number.
///
/// The step was not saved; the last checkpoint is unchanged.
public struct TrainingFailure: Error, CustomStringConvertible {
    /// What happened, where, and what to do.
    public let description: String

    /// `value` was seen in `step` of `stage`, which began `tokens` tokens into the stage.
    init(
        _ value: NonFiniteValue, stage: String, step: Int, tokens: Int, lastCheckpoint: String?
    ) {
        let kept = lastCheckpoint.map { "Checkpoint \($0) is kept." } ?? "Nothing was saved yet."
        description = """
            \(value.what) became \(value.value.isNaN ? "NaN" : "infinite") in stage \(stage), \
            step \(step) (\(counted(tokens, "token")) into the stage), \(value.place). \(kept) \
            Train in another folder (--run) with a lower peak learning rate, from that \
            checkpoint's weights with --set model.initialize_from=CHECKPOINT, or look at the data of that batch.
            """
    }
}
