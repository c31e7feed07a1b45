import Glibc

/// The signals that wait before they reach a thread.
public enum SignalMask {
    /// Lets `signals` reach the calling thread. A program inherits the mask of the thread that
    /// started it, which may hold back what a shell's would not.
    public static func unblock(_ signals: some Sequence<Int32>) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
