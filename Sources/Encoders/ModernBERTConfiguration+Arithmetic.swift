/// Floating-point operations of training, a multiply-add counted as two, forward and backward
/// (twice the forward's) together. Recomputation in the backward pass does not count.
public struct OperationCount: Encodable, Sendable, Equatable {
    /// Linear layers of the encoder.
    public var body = 0.0
    /// Products of queries with keys, and of probabilities with values.
    public var attention = 0.0
    /// The prediction head and the decoder, of scored tokens only.
    public var head = 0.0

    /// No operations.
    public init() {}

    /// Operations that were counted elsewhere.
    init(body: Double, attention: Double, head: Double) {
        (self.body, self.attention, self.head) = (body, attention, head)
    }

    /// All together.
    public var total: Double { body + attention + head }

    private enum CodingKeys: String, CodingKey {
        case body, attention, head, total
    }

    /// Writes the sum too.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(body, forKey: .body)
        try container.encode(attention, forKey: .attention)
        try container.encode(head, forKey: .head)
        try container.encode(total, forKey: .total)
    }

    /// The operations, `factor` times.
    public static func * (count: OperationCount, factor: Double) -> OperationCount {
        OperationCount(
            body: count.body * factor, attention: count.attention * factor,
            head: count.head * factor)
    }

    /// Adds operations.
    public static func += (sum: inout OperationCount, count: OperationCount) {
        sum.body += count.body
        sum.attention += count.attention
        sum.head += count.head
    }
}

extension ModernBERTConfiguration {
    /// Operations of one token in a sequence of `length` tokens, of which the share `scored` is
    /// scored. After the attention of the last layer only scored tokens count.
    public func operationsPerToken(length: Double, scored: Double) -> OperationCount {
        let (hidden, layers) = (Double(hiddenSize), Double(layerCount))
        let input = 3 * hidden * hidden
        let rest = hidden * hidden + 3 * hidden * Double(intermediateSize)
        let keys = (0..<layerCount).reduce(0.0) {
            $0 + Self.visibleKeys(length: length, window: window(ofLayer: $1))
        }
        return OperationCount(
            body: 6 * (layers * input + (layers - 1 + scored) * rest),
            attention: 12 * hidden * keys,
            head: 6 * scored * (hidden * hidden + hidden * Double(vocabularySize)))
    }

    /// Operations of a step over sequences of these lengths, of whose tokens `scoredTokens` are
    /// scored.
    public func operations(sequenceLengths: [Int], scoredTokens: Int) -> OperationCount {
        let tokens = sequenceLengths.reduce(0, +)
        let scored = Double(scoredTokens) / Double(max(tokens, 1))
        return sequenceLengths.reduce(into: OperationCount()) { sum, length in
            sum +=
                operationsPerToken(length: Double(length), scored: scored) * Double(length)
        }
    }

    /// Keys that a token of a sequence sees, on average over the sequence: n without a window, else
    /// 2w + 1 − w (w + 1) / n, as tokens near an end see fewer.
    public static func visibleKeys(length: Double, window: Int?) -> Double {
        guard let window, length > Double(window) + 1 else { return length }
        let w = Double(window)
        return 2 * w + 1 - w * (w + 1) / length
    }
}
