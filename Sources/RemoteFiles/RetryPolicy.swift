/// How long a server is given, and when it is asked again.
///
/// Delays double from `firstDelaySeconds` to `longestDelaySeconds`; nothing in them is random.
public struct RetryPolicy: Sendable, Equatable {
    /// Failures in a row, without progress between them, after which a file is given up.
    public var attempts = 12
    /// Pause after the first failure.
    public var firstDelaySeconds = 0.5
    /// The longest pause, unless the server asks for a longer one.
    public var longestDelaySeconds = 60.0
    /// The longest pause that a server's Retry-After is granted.
    public var longestRequestedDelaySeconds = 600.0
    /// Silence after which a connection counts as dropped.
    public var patienceSeconds = 30.0

    /// Twelve attempts in about six minutes, besides the time they take.
    public init() {}

    /// The pause after the `failures`-th failure in a row: min(first · 2^(failures − 1), longest),
    /// or what the server asked for if that is longer. Nil where it was the last attempt.
    public func delaySeconds(afterFailures failures: Int, requested: Double?) -> Double? {
        precondition(failures > 0, "RetryPolicy: \(failures) failures")
        guard failures < attempts else { return nil }
        var delay = firstDelaySeconds
        for _ in 1..<failures where delay < longestDelaySeconds { delay *= 2 }
        return max(
            min(delay, longestDelaySeconds), min(requested ?? 0, longestRequestedDelaySeconds))
    }
}
