import Randomness

/// How long the texts of a measurement are, in tokens.
public enum TextLengths: Sendable, Equatable, LosslessStringConvertible {
    /// All the same.
    case fixed(Int)
    /// Normal with mean 256 and deviation 64, cut to 16…512, as mmBERT's paper measures.
    case variable

    /// A number of tokens, or `variable`.
    public init?(_ text: String) {
        if text == "variable" {
            self = .variable
        } else if let length = Int(text), 1...1 << 24 ~= length {
            self = .fixed(length)
        } else {
            return nil
        }
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .fixed(let length): "\(length)"
        case .variable: "variable"
        }
    }

    /// The longest text there may be.
    package var longest: Int {
        switch self {
        case .fixed(let length): length
        case .variable: 512
        }
    }

    /// The lengths of as many texts as have `tokens` tokens together, or a few more; at least one.
    package func lengths(tokens: Int) -> [Int] {
        let generator = CounterGenerator(seed: 0, purpose: "benchmark texts")
        var lengths: [Int] = []
        var sum = 0
        while sum < tokens || lengths.isEmpty {
            let length =
                switch self {
                case .fixed(let length): length
                case .variable:
                    min(
                        512,
                        max(16, Int(256 + 64 * generator.normals(at: UInt64(lengths.count)).0)))
                }
            lengths.append(length)
            sum += length
        }
        return lengths
    }
}
