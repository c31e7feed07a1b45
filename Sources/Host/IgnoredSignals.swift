/// The signals that this process ignores, as `/proc` lists them. Whoever started the process may
/// have said so: `nohup` for SIGHUP, a shell for the SIGINT of what it runs in the background.
public struct IgnoredSignals: Sendable {
    /// Bit n − 1 stands for signal n.
    private let mask: UInt64

    /// Those of this process at the moment; none where `/proc` does not say.
    public init() {
        self.init(mask: ProcFile("/proc/self/status")["SigIgn"])
    }

    /// Those of a line such as `0000000000001000`.
    package init(mask: String?) {
        self.mask = mask.flatMap { UInt64($0, radix: 16) } ?? 0
    }

    /// Whether `signal` is ignored.
    public func contains(_ signal: Int32) -> Bool {
        (1...64).contains(signal) && mask >> UInt64(signal - 1) & 1 == 1
    }
}
