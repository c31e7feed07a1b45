import Training

/// A run that cannot continue: a loss, or a gradient, is not a number. The last checkpoint stays as
/// it is.
public struct FinetuneFailure: Error, CustomStringConvertible {
    /// What happened, where, and what to do.
    public let description: String

    init(_ value: NonFiniteValue, step: Int, of total: Int) {
        let kind = value.value.isNaN ? "NaN" : "infinite"
        description =
            "\(value.what) became \(kind) in step \(step) of \(total)"
            + (value.place.map { ", \($0)" } ?? "")
            + ". Lower learning_rate.peak, lengthen its warmup, or try precision: fp32."
    }
}
