/// How the variants of the last phase become one model.
public struct MergeRecipe: Sendable, Equatable {
    /// How weights are combined.
    public enum Method: String, Codable, Sendable, CaseIterable {
        /// Trim, elect sign, disjoint mean of the differences from the common parent.
        case ties
        /// The plain mean.
        case average
        /// An exponentially weighted mean, the last input weighing most.
        case ema
    }

    /// Over what the trimming threshold of TIES is taken.
    public enum Scope: String, Codable, Sendable, CaseIterable {
        /// Each tensor by itself.
        case tensor
        /// All tensors as one vector.
        case global
    }

    /// How weights are combined.
    public var method: Method
    /// Share of each difference that TIES keeps.
    public var density: Double
    /// Factor of the merged difference.
    public var lambda: Double
    /// Over what the threshold is taken.
    public var scope: Scope
    /// Weight of each earlier input relative to the next one in the exponential mean.
    public var decay: Double
    /// Names of variants, in order.
    public var inputs: [String]
}
