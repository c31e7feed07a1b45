import Randomness

/// Whose turn it is: the source of every draw, a function of the draw's place alone.
///
/// Draws come in blocks of about B. After k blocks source i has been drawn ⌊wᵢBk + φᵢ⌋ times, where
/// the offset φᵢ in [0, 1) is random but fixed, so that after any number of blocks each source has
/// been drawn its expected number of times to within one, however small its weight. The order
/// inside a block is a random permutation.
///
/// Where the weights change in the course of a block, the rest of the block is dropped. From there
/// on φᵢ is what the source was expected to be drawn before, but was not (or was, where it is
/// negative): so that expectations are kept to within about one over all changes, too.
public struct LanguageSampler: Sendable {
    /// The place of the next draw.
    public struct Cursor: Sendable, Equatable {
        /// Block of draws, from 0.
        public var block: Int
        /// Draws already made in the block.
        public var position: Int
        /// Which mixture the weights are of, from 0.
        public var mixture = 0
        /// The first block with these weights.
        public var firstBlock = 0
        /// φ of each source in units of 2⁻³²; empty for the random ones of the first mixture.
        public var owed: [Int] = []

        /// A place among draws by the first mixture's weights; the first by default.
        public init(block: Int = 0, position: Int = 0) {
            self.block = block
            self.position = position
        }
    }

    /// Probability of each source, summing to 1.
    public private(set) var weights: [Double]
    /// Mean number of draws in a block.
    public let blockSize: Int
    /// The place of the next draw.
    public private(set) var cursor: Cursor

    private let generator: CounterGenerator
    private var offsets: [Double]
    private var order: [Int32]

    /// A sampler that continues at `cursor`; `weights` are those of its mixture.
    ///
    /// - Precondition: `weights` are not negative and their sum is positive.
    public init(
        weights: [Double], generator: CounterGenerator, blockSize: Int = 4096,
        cursor: Cursor = Cursor()
    ) {
        precondition(blockSize > 0, "LanguageSampler: blocks of \(blockSize) draws")
        precondition(
            cursor.owed.isEmpty || cursor.owed.count == weights.count,
            "LanguageSampler: \(cursor.owed.count) offsets of \(weights.count) weights")
        self.weights = Self.normalized(weights)
        self.blockSize = blockSize
        self.generator = generator
        self.cursor = cursor
        offsets =
            cursor.owed.isEmpty
            ? weights.indices.map { generator.uniform(at: UInt64($0), stream: 0) }
            : cursor.owed.map { Double($0) / Self.unit }
        order = []
        order = makeOrder(ofBlock: cursor.block)
    }

    /// The index of the source whose turn it is.
    public mutating func next() -> Int {
        while cursor.position >= order.count {
            cursor.block += 1
            cursor.position = 0
            order = makeOrder(ofBlock: cursor.block)
        }
        defer { cursor.position += 1 }
        return Int(order[cursor.position])
    }

    /// Continues with mixture `mixture`, whose weights are `weights`.
    public mutating func change(to mixture: Int, weights: [Double]) {
        precondition(
            weights.count == self.weights.count,
            "LanguageSampler.change: \(weights.count) weights for \(self.weights.count)")
        let blocks = cursor.block - cursor.firstBlock
        let drawn = Double(blockSize * blocks + cursor.position)
        var owed = self.weights.indices.map { index in
            self.weights[index] * drawn + offsets[index]
                - Double(drawsUpTo(block: cursor.block, of: index))
        }
        for source in order.prefix(cursor.position) { owed[Int(source)] -= 1 }
        // Whole numbers, so that they are written down and read again exactly.
        cursor.owed = owed.map { Int(($0 * Self.unit).rounded()) }
        offsets = cursor.owed.map { Double($0) / Self.unit }
        cursor.block += 1
        cursor.position = 0
        cursor.firstBlock = cursor.block
        cursor.mixture = mixture
        self.weights = Self.normalized(weights)
        order = makeOrder(ofBlock: cursor.block)
    }

    private static let unit = Double(1 << 32)

    private static func normalized(_ weights: [Double]) -> [Double] {
        let sum = weights.reduce(0, +)
        precondition(
            sum > 0 && weights.allSatisfy { $0 >= 0 },
            "LanguageSampler: \(weights.count) weights with sum \(sum)")
        return weights.map { $0 / sum }
    }

    /// Draws of source `index` by these weights before block `block`.
    private func drawsUpTo(block: Int, of index: Int) -> Int {
        let blocks = Double(block - cursor.firstBlock)
        guard blocks > 0, weights[index] > 0 else { return 0 }
        let draws = weights[index] * Double(blockSize) * blocks + offsets[index]
        return max(0, Int(draws.rounded(.down)))
    }

    private func makeOrder(ofBlock block: Int) -> [Int32] {
        var sources: [Int32] = []
        sources.reserveCapacity(blockSize + weights.count / 2)
        for index in weights.indices {
            let quota = drawsUpTo(block: block + 1, of: index) - drawsUpTo(block: block, of: index)
            for _ in 0..<quota {
                sources.append(Int32(index))
            }
        }
        let permutation = generator.permutation(of: sources.count, stream: UInt64(block) + 1)
        return permutation.map { sources[$0] }
    }
}

extension LanguageSampler.Cursor: Codable {
    private enum Key: String, CodingKey {
        case block, position, mixture, firstBlock, owed
    }

    /// Reads a cursor; where one mixture holds throughout, block and position are all of it.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        block = try values.decode(Int.self, forKey: .block)
        position = try values.decode(Int.self, forKey: .position)
        mixture = try values.decodeIfPresent(Int.self, forKey: .mixture) ?? 0
        firstBlock = try values.decodeIfPresent(Int.self, forKey: .firstBlock) ?? 0
        owed = try values.decodeIfPresent([Int].self, forKey: .owed) ?? []
    }

    /// Writes a cursor.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(block, forKey: .block)
        try values.encode(position, forKey: .position)
        guard mixture > 0 || !owed.isEmpty else { return }
        try values.encode(mixture, forKey: .mixture)
        try values.encode(firstBlock, forKey: .firstBlock)
        try values.encode(owed, forKey: .owed)
    }
}
