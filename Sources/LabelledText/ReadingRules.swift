import Diagnostics

/// What a reader insists on.
public struct ReadingRules: Sendable, Equatable {
    /// The labels there may be; nil takes those that the file has.
    public var labels: LabelNames?
    /// Whether an example without label is an error, as in a set that is learned from or scored.
    /// Otherwise it is given without, and counted.
    public var needsLabels: Bool
    /// How many malformed lines are passed over, and counted, before one is an error.
    public var malformedLines: Int

    /// Rules; by default none may be malformed, and labels may be absent.
    public init(labels: LabelNames? = nil, needsLabels: Bool = false, malformedLines: Int = 0) {
        precondition(malformedLines >= 0, "ReadingRules: \(malformedLines) malformed lines")
        (self.labels, self.needsLabels) = (labels, needsLabels)
        self.malformedLines = malformedLines
    }

    /// Counts a malformed line.
    ///
    /// - Throws: `error`, where that is one more than may be.
    func passOver(_ error: InputError, in counts: inout ReadingCounts) throws {
        guard counts.passedOver[.malformed, default: 0] < malformedLines else { throw error }
        counts.passOver(.malformed)
        if counts.firstMalformed == nil { counts.firstMalformed = error.description }
    }
}
