import Randomness

/// Whose turn it is: the source of every draw, a function of the draw's place alone.
///
/// Draws come in blocks of about B. In block b source i is drawn
/// ⌊wᵢB(b + 1) + φᵢ⌋ − ⌊wᵢBb + φᵢ⌋ times, where the offset φᵢ in [0, 1) is random but fixed, so
/// that after any number of blocks each source has been drawn its expected number of times to
/// within one, however small its weight. The order inside a block is a random permutation.
public struct LanguageSampler: Sendable {
    /// The place of the next draw.
    public struct Cursor: Codable, Sendable, Equatable {
        /// Block of draws, from 0.
        public var block: Int
        /// Draws already made in the block.
        public var position: Int

        /// A place; the first by default.
        public init(block: Int = 0, position: Int = 0) {
            self.block = block
            self.position = position
        }
    }

    /// Probability of each source, summing to 1.
    public let weights: [Double]
    /// Mean number of draws in a block.
    public let blockSize: Int
    /// The place of the next draw.
    public private(set) var cursor: Cursor

    private let generator: CounterGenerator
    private let offsets: [Double]
    private var order: [Int32]

    /// A sampler that continues at `cursor`.
    ///
    /// - Precondition: `weights` are not negative and their sum is positive.
    public init(
        weights: [Double], generator: CounterGenerator, blockSize: Int = 4096,
        cursor: Cursor = Cursor()
    ) {
        let sum = weights.reduce(0, +)
        precondition(
            sum > 0 && weights.allSatisfy { $0 >= 0 },
            "LanguageSampler: \(weights.count) weights with sum \(sum)")
        precondition(blockSize > 0, "LanguageSampler: blocks of \(blockSize) draws")
        self.weights = weights.map { $0 / sum }
        self.blockSize = blockSize
        self.generator = generator
        self.cursor = cursor
        offsets = weights.indices.map { generator.uniform(at: UInt64($0), stream: 0) }
        order = []
        order = makeOrder(ofBlock: cursor.block)
    }

    /// The index of the source whose turn it is.
    public mutating func next() -> Int {
        while cursor.position >= order.count {
            cursor = Cursor(block: cursor.block + 1)
            order = makeOrder(ofBlock: cursor.block)
        }
        defer { cursor.position += 1 }
        return Int(order[cursor.position])
    }

    /// Draws of source `index` before block `block`, up to a constant below one.
    private func drawsUpTo(block: Int, of index: Int) -> Int {
        Int((weights[index] * Double(blockSize) * Double(block) + offsets[index]).rounded(.down))
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
