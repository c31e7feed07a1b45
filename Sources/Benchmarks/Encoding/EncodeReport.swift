import Host
import TensorCore

/// What `mmbert bench encode` measured.
public struct EncodeReport: Encodable, Sendable {
    /// An encoder.
    public struct Encoder: Encodable, Sendable {
        /// The shape's name, or the folder as it was written.
        public let name: String
        /// Trained numbers, without a head.
        public let parameters: Int
        /// The longest text, in tokens.
        public let positions: Int
    }

    /// A median and the numbers around it.
    public struct Spread: Encodable, Sendable {
        /// The median.
        public let median: Double
        /// The smallest and the largest.
        public let least, most: Double

        /// Of at least one number.
        package init(_ numbers: [Double]) {
            median = Host.median(numbers)
            (least, most) = (numbers.min() ?? median, numbers.max() ?? median)
        }
    }

    /// An encoder on texts of one kind of length.
    public struct Row: Encodable, Sendable {
        /// The encoder.
        public let name: String
        /// Texts a second, and their tokens.
        public let textsPerSecond, tokensPerSecond: Spread
        /// How many times as fast as the first encoder it was in the same turn; nil where that
        /// takes no texts so long.
        public let ratio: Spread?
        /// Its weights in single precision, and what the first turn added to the process's memory
        /// at most: rounded weights, activations, scratch. Nil where the system does not say.
        public let peakBytes: Int?
    }

    /// Texts of one kind of length.
    public struct Length: Encodable, Sendable {
        /// Tokens of a text, or `variable`.
        public let length: String
        /// Texts of a turn, and their tokens.
        public let texts, tokens: Int
        /// The encoders that take texts so long.
        public let encoders: [Row]
    }

    /// What products multiply.
    public let precision: Precision
    /// Worker threads.
    public let threads: Int
    /// Tokens of a turn that were asked for.
    public let tokens: Int
    /// Turns that count.
    public let repetitions: Int
    /// The most tokens that went through an encoder together.
    public let batchTokens: Int
    /// The encoders, in the order of their turns.
    public let encoders: [Encoder]
    /// The measurements.
    public let lengths: [Length]
    /// The machine and its libraries.
    public let processor: Processor
}
