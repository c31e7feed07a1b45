import Ranks

/// What `mmbert bench exchange` measured.
package struct ExchangeReport: Codable, Sendable, Equatable {
    /// How long something took the slowest rank, over repetitions.
    package struct Spread: Codable, Sendable, Equatable {
        /// Seconds.
        package let median, best: Double

        init(_ seconds: [Double]) {
            let sorted = seconds.sorted()
            median = sorted[sorted.count / 2]
            best = sorted[0]
        }
    }

    /// Ranks, and machines on which they run.
    package let ranks, machines: Int
    /// Ranks of the machine that has most.
    package let ranksOfAMachine: Int
    /// What moves the bytes: `Open MPI 4.1.4`.
    package let engine: String
    /// Threads of each rank.
    package let threads: Int
    /// Trained numbers.
    package let parameters: Int
    /// How often each was measured.
    package let repetitions: Int
    /// Bytes of gradients and of weights that a rank sends to others, of the rank that sends most.
    package let gradientBytes, weightBytes: Int
    /// Bytes that a machine sends to other machines, or on one machine a rank to others.
    package let bytesSent: Int
    /// A copy of the gradients by each rank, all at once.
    package let copy: Spread
    /// The gradients' messages, with nothing added.
    package let moving: Spread
    /// The exchange of gradients, added up by their owners.
    package let exchange: Spread
    /// The gathering of weights.
    package let gather: Spread
    /// Rank 0 tells all others a word and has all answers.
    package let rollCall: Spread
    /// A number to a rank of another machine, or of the same where there is one: one way.
    package let message: Spread
    /// Bytes a second that a machine, or on one machine a rank, sends and receives during exchange
    /// and gathering besides the messages' latency: B in docs/plan.md.
    package let bytesPerSecond: Double
    /// Seconds that a message takes besides its bytes: α, the median of `message`.
    package let latencySeconds: Double

    private enum CodingKeys: String, CodingKey {
        case ranks, machines, engine, threads, parameters, repetitions, copy, moving, exchange
        case gather, message
        case ranksOfAMachine = "ranks_of_a_machine"
        case gradientBytes = "gradient_bytes"
        case weightBytes = "weight_bytes"
        case bytesSent = "bytes_sent"
        case rollCall = "roll_call"
        case bytesPerSecond = "bytes_per_second"
        case latencySeconds = "latency_seconds"
    }
}
