import Encoders
import Host
import Reporting
import TensorCore

/// How fast this machine trains, measured in a few seconds on a slice of the recipe's own encoder.
///
/// The slice has as many layers as it takes from one global layer to the next, and all widths, the
/// whole vocabulary and the contexts of the recipe. Its rates, in operations a second, stand for
/// the whole encoder: layers repeat, so the mix of small and large products stays the same.
public struct Calibration: Encodable, Sendable, Equatable {
    /// The encoder's rate on sequences of one context.
    public struct EncoderRate: Encodable, Sendable, Equatable {
        /// Length of the sequences.
        public let context: Int
        /// Tokens that were measured together.
        public let tokens: Int
        /// Operations a second, body and attention together.
        public let operationsPerSecond: Double

        /// A rate measured earlier.
        public init(context: Int, tokens: Int, operationsPerSecond: Double) {
            self.context = context
            self.tokens = tokens
            self.operationsPerSecond = operationsPerSecond
        }
    }

    /// The processor's name.
    public let processor: String
    /// Worker threads.
    public let threads: Int
    /// Arithmetic of the step.
    public let precision: Precision
    /// The encoder's rates, by rising context.
    public let encoder: [EncoderRate]
    /// The head's rate in operations a second.
    public let headOperationsPerSecond: Double
    /// Parameters that the optimizer updates in a second.
    public let parametersPerSecond: Double
    /// Processes that ran or waited for a core in the minute before; nil if not known.
    public let loadAverage: Double?
    /// Cores that this process may use.
    public let cores: Int

    /// A calibration made earlier.
    public init(
        processor: String, threads: Int, precision: Precision, encoder: [EncoderRate],
        headOperationsPerSecond: Double, parametersPerSecond: Double,
        loadAverage: Double? = nil, cores: Int = 1
    ) {
        self.processor = processor
        self.threads = threads
        self.precision = precision
        self.encoder = encoder
        self.headOperationsPerSecond = headOperationsPerSecond
        self.parametersPerSecond = parametersPerSecond
        (self.loadAverage, self.cores) = (loadAverage, cores)
    }

    /// Seconds of `operations` on sequences of `context`.
    func seconds(of operations: OperationCount, context: Int) -> Double {
        let rate =
            encoder.first { $0.context >= context } ?? encoder.last
        return (operations.body + operations.attention)
            / (rate?.operationsPerSecond ?? headOperationsPerSecond)
            + operations.head / headOperationsPerSecond
    }

    /// What is to be said of a machine that had other work meanwhile; nil for an idle one.
    var busyness: String? {
        guard let loadAverage, loadAverage > 0.3 * Double(cores) else { return nil }
        return """
            The machine was busy when it was measured: load average \(shortNumber(loadAverage)) on \
            \(counted(cores, "core")). Alone on it, a run takes fewer days than this.
            """
    }

    /// The measurement as part of a sentence.
    var description: String {
        let rates = encoder.map {
            "\(gigaflops($0.operationsPerSecond)) at context \(grouped($0.context))"
        }
        return """
            training steps of a slice of this encoder on \(counted(threads, "thread")) of \
            \(processor) in \(precision.rawValue): encoder \(rates.joined(separator: ", ")), head \
            \(gigaflops(headOperationsPerSecond))
            """
    }
}

/// `412 GFLOP/s`.
private func gigaflops(_ operationsPerSecond: Double) -> String {
    "\(grouped(Int((operationsPerSecond / 1e9).rounded()))) GFLOP/s"
}
