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

    /// A calibration made earlier.
    public init(
        processor: String, threads: Int, precision: Precision, encoder: [EncoderRate],
        headOperationsPerSecond: Double, parametersPerSecond: Double
    ) {
        self.processor = processor
        self.threads = threads
        self.precision = precision
        self.encoder = encoder
        self.headOperationsPerSecond = headOperationsPerSecond
        self.parametersPerSecond = parametersPerSecond
    }

    /// Seconds of `operations` on sequences of `context`.
    func seconds(of operations: OperationCount, context: Int) -> Double {
        let rate =
            encoder.first { $0.context >= context } ?? encoder.last
        return (operations.body + operations.attention)
            / (rate?.operationsPerSecond ?? headOperationsPerSecond)
            + operations.head / headOperationsPerSecond
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
