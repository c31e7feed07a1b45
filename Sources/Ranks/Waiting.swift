import Glibc

/// A wait that leaves the cores to those who compute, looks around each second and ends.
///
/// First it yields after each question; then it naps for a 32nd of the time waited, from 0.05 to
/// 1 ms. Transports move bytes while they are asked, so a wait for many bytes should yield for as
/// long as they take. What it counts is its own time: a process that was stopped, as Slurm and
/// terminals do, has not waited meanwhile.
struct Waiting {
    /// Waited so far.
    private(set) var elapsed = Duration.zero
    private var last = ContinuousClock.now
    private var nextLook = Duration.seconds(1)

    private let yielding: Duration

    /// Begins now, without naps for `yielding`.
    init(yielding: Duration = .milliseconds(2)) { self.yielding = yielding }

    /// Waits until `isDone`, and calls `look` each second with the time waited.
    ///
    /// - Returns: false where `limit` is over before.
    mutating func until(
        _ isDone: () throws -> Bool, limit: Duration, look: (Duration) throws -> Void
    ) throws -> Bool {
        while try !isDone() {
            pause()
            let now = ContinuousClock.now
            elapsed += min(now - last, .seconds(1))
            last = now
            guard elapsed < limit else { return try isDone() }
            if elapsed >= nextLook {
                try look(elapsed)
                nextLook = elapsed + .seconds(1)
            }
        }
        return true
    }

    private func pause() {
        guard elapsed >= yielding else {
            sched_yield()
            return
        }
        let nap = max(.microseconds(50), min(elapsed / 32, .milliseconds(1)))
        usleep(useconds_t(nap / .microseconds(1)))
    }
}
