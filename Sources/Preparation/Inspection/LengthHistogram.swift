/// How long samples are: counts in buckets whose bounds are powers of two.
public struct LengthHistogram: Sendable, Equatable {
    /// Samples of similar length.
    public struct Bucket: Sendable, Equatable, Codable {
        /// The shortest length that belongs here, in tokens.
        public var from: Int
        /// The longest.
        public var through: Int
        /// Samples.
        public var samples: Int
        /// Token ids in them.
        public var tokens: Int
    }

    /// Samples by length: exact, so that any quantile can be computed.
    private var counts: [Int: Int] = [:]

    /// Nothing counted yet.
    public init() {}

    /// Counts a sample of `length` tokens.
    public mutating func add(_ length: Int) {
        counts[length, default: 0] += 1
    }

    /// Counts what another histogram has counted.
    public mutating func add(_ other: LengthHistogram) {
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    /// Samples.
    public var samples: Int { counts.values.reduce(0, +) }
    /// Token ids in them.
    public var tokens: Int { counts.reduce(0) { $0 + $1.key * $1.value } }
    /// The shortest length, 0 if nothing was counted.
    public var shortest: Int { counts.keys.min() ?? 0 }
    /// The longest length.
    public var longest: Int { counts.keys.max() ?? 0 }
    /// The mean length.
    public var mean: Double { samples > 0 ? Double(tokens) / Double(samples) : 0 }

    /// The length that a share of the samples does not exceed: 0.5 for the median.
    public func quantile(_ share: Double) -> Int {
        let wanted = max(1, Int((share * Double(samples)).rounded(.up)))
        var seen = 0
        for (length, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= wanted { return length }
        }
        return 0
    }

    /// The buckets from the shortest sample's to the longest's, empty ones between them included.
    public var buckets: [Bucket] {
        guard !counts.isEmpty else { return [] }
        func place(_ length: Int) -> Int { Int.bitWidth - max(length, 1).leadingZeroBitCount - 1 }
        let first = place(shortest)
        var buckets = (first...place(longest)).map {
            Bucket(from: 1 << $0, through: 2 << $0 - 1, samples: 0, tokens: 0)
        }
        for (length, count) in counts {
            buckets[place(length) - first].samples += count
            buckets[place(length) - first].tokens += length * count
        }
        return buckets
    }
}
