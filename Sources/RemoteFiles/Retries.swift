import Diagnostics

/// Asks again, with growing pauses, until a request succeeds or a failure is not temporary.
struct Retries: Sendable {
    let policy: RetryPolicy
    let credentials: Credentials
    let notify: @Sendable (Notice) -> Void

    /// Repeats `attempt` for the file `name`. `position` says how far the work has come; progress
    /// of at least `step` restarts the count of failures.
    ///
    /// - Throws: `InputError` that names the file, `CancellationError`, or what else `attempt`
    ///   throws.
    func run(
        _ name: String, step: Int, cancellation: Cancellation,
        position: () -> Int, attempt: () throws -> Void
    ) throws {
        var failures = 0
        while true {
            let before = position()
            do {
                return try attempt()
            } catch let failure as HTTPFailure {
                failures = position() - before >= step ? 1 : failures + 1
                guard failure.isTemporary,
                    let delay = policy.delaySeconds(
                        afterFailures: failures, requested: failure.requestedDelay)
                else {
                    throw failure.error(at: name, attempts: failures, credentials: credentials)
                }
                notify(
                    .warning(
                        "\(name): \(failure.text); asking again in \(secondsText(delay)) "
                            + "(attempt \(failures) of \(policy.attempts))"))
                try cancellation.sleep(seconds: delay)
            }
        }
    }

    private func secondsText(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
