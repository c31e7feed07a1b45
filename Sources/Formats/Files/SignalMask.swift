import Glibc

/// The signals that wait before they reach a thread. A thread begins with the mask of the one that
/// starts it, as a program does. (Here since masks are memory of C, which few modules may touch.)
public enum SignalMask {
    /// Lets `signals` reach the calling thread.
    public static func unblock(_ signals: some Sequence<Int32>) { change(SIG_UNBLOCK, signals) }

    /// Keeps `signals` from the calling thread, and from those that it starts.
    public static func block(_ signals: some Sequence<Int32>) { change(SIG_BLOCK, signals) }

    private static func change(_ way: Int32, _ signals: some Sequence<Int32>) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(way, &set, nil)
    }
}
