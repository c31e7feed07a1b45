import Dispatch
import Foundation
import Synchronization

/// Notices SIGTERM and SIGINT, so that a run saves a checkpoint between two steps and then ends.
///
/// A second signal ends the process at once: checkpoints are complete or absent, so nothing that
/// was saved is lost.
public final class StopSignal {
    private final class Received: Sendable {
        let number = Atomic<Int32>(0)
    }

    private let received = Received()
    private let sources: [any DispatchSourceSignal]

    /// Starts to watch; the default action of both signals is off from now on.
    public init() {
        let queue = DispatchQueue(label: "stop-signal")
        sources = [SIGTERM, SIGINT].map { [received] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if received.number.exchange(number, ordering: .relaxed) != 0 {
                    exit(128 + number)
                }
            }
            source.resume()
            return source
        }
    }

    /// The signal that asked the run to stop, if any: SIGTERM or SIGINT.
    public var number: Int32? {
        let number = received.number.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }
}
