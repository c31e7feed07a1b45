import Formats
import Reporting
import Training

/// A run that cannot continue: a loss, or a gradient, is not a number.
///
/// The step was not saved; the last checkpoint is unchanged.
public struct TrainingFailure: Error, CustomStringConvertible {
    /// What happened, where, and what to do.
    public let description: String

    /// `value` was seen in `step` of `stage`, which began `tokens` tokens into the stage, or after
    /// that step.
    ///
    /// - Parameters:
    ///   - updates: how often the weights had been updated.
    ///   - origin: the folder of the weights that the run began with; nil for random ones.
    ///   - lastCheckpoint: the folder of the newest checkpoint; nil where none is saved.
    package init(
        _ value: NonFiniteValue, stage: String, step: Int, tokens: Int, updates: Int,
        origin: String?, lastCheckpoint: String?
    ) {
        let kind = value.value.isNaN ? "NaN" : "infinite"
        let progress = "(\(counted(tokens, "token")) into the stage)"
        let event =
            switch value.place {
            case let place?:
                "\(value.what) became \(kind) in stage \(stage), step \(step) \(progress), \(place)"
            case nil where step == 0:
                "\(value.what) is \(kind) in stage \(stage), before the first step"
            case nil:
                "\(value.what) became \(kind) in stage \(stage), after step \(step) \(progress)"
            }
        let kept =
            lastCheckpoint.map { "Checkpoint \(Folder.name(of: $0)) is kept." }
            ?? "Nothing was saved yet."
        let remedy =
            updates == 0
            ? Self.remedyBeforeUpdates(origin)
            : Self.remedy(lastCheckpoint, isBatch: value.place != nil)
        description = "\(event). \(kept) \(remedy)"
    }

    /// Before the first update no learning rate has had any effect.
    private static func remedyBeforeUpdates(_ origin: String?) -> String {
        let weights =
            origin.map { "the weights in \($0) are the cause: name others with initialize_from" }
            ?? "the random weights are the cause: change the seed or the model's shape"
        return "No update was made before, so \(weights), or try --set precision=fp32."
    }

    private static func remedy(_ lastCheckpoint: String?, isBatch: Bool) -> String {
        let data = isBatch ? ", or look at the data of that batch" : ""
        guard let lastCheckpoint else {
            return "Begin again with a lower peak learning rate or a longer warm-up\(data)."
        }
        return """
            Train in another folder (--run) with a lower peak learning rate, from that \
            checkpoint's weights with --set model.initialize_from=\(lastCheckpoint)\(data).
            """
    }
}
