import Formats
import Foundation
import Host
import Synchronization

/// Notices the signals that ask a run to end, so that it saves a checkpoint and then ends:
///
/// - SIGINT (Ctrl-C), SIGTERM, and SIGHUP of a terminal that closes,
/// - SIGUSR1, SIGUSR2 and SIGXCPU, with which batch systems say that a job's time is nearly over.
///
/// The first one counts. Later ones change nothing, so however many come, the run is saved; SIGQUIT
/// (Ctrl-\) ends a process at once. A signal that was ignored when the process began stays ignored.
///
/// They are handled on a thread that does nothing else. Kernels of matrix libraries keep numbers
/// where a handler on their thread would have its stack, and the heap is damaged in the end.
///
/// Signals belong to the process: all objects of this type see the same one.
public struct StopSignal: Sendable {
    private static let first = Atomic<Int32>(0)
    private static let names = [
        SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP", SIGUSR1: "SIGUSR1",
        SIGUSR2: "SIGUSR2", SIGXCPU: "SIGXCPU",
    ]

    /// Starts to watch; the signals' default action, which ends the process, is off from now on. To
    /// be made before threads that compute.
    public init() {
        // Made here, since the handler may do no more than store a number.
        _ = Self.first.load(ordering: .relaxed)
        let ignored = IgnoredSignals()
        for number in Self.names.keys where !ignored.contains(number) {
            signal(number) { number in
                _ = StopSignal.first.compareExchange(
                    expected: 0, desired: number, ordering: .relaxed)
            }
        }
        SignalMask.block(Self.names.keys)
        _ = Self.watcher
    }

    /// The thread that all of them reach, and none else that is started from now on.
    private static let watcher: Void = {
        let thread = Thread {
            SignalMask.unblock(names.keys)
            while true { pause() }
        }
        thread.name = "mmbert.signals"
        thread.start()
    }()

    /// The signal that asked the run to stop, if any.
    public var number: Int32? {
        let number = Self.first.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Whether one asked.
    package var isReceived: Bool { number != nil }

    /// What people call the signal `number`: `SIGTERM`.
    package static func name(of number: Int32) -> String { names[number] ?? "signal \(number)" }
}
