/// Cuts documents into samples, by the rule of the published data.
///
/// A sample holds at most `context` ids: `<bos>`, up to `context` − 2 ids of text, `<eos>`. A
/// document's last piece is dropped when it is shorter than `shortest`, unless it is the only one.
/// If it is shorter than `minimum` it is filled up from the end: a random number of ids, enough for
/// the minimum, moves to it from the piece before, which keeps the minimum too. Source: the data
/// preparation of Ettin and mmBERT ("chunked-8192-512-32-backfill-nodups").
public struct Chunker: Sendable, Equatable {
    /// The longest sample, in ids.
    public let context: Int
    /// The shortest piece that is left as it is.
    public let minimum: Int
    /// The shortest last piece that is kept.
    public let shortest: Int

    /// The published sizes, 512 and 32, made smaller where a context is too short for them.
    ///
    /// - Precondition: `context >= 16`.
    public init(context: Int) {
        precondition(context >= 16, "Chunker: context \(context) is below 16")
        self.context = context
        minimum = min(512, (context - 2) / 2)
        shortest = min(32, (context - 2) / 4)
    }

    /// The lengths of the pieces of a document of `count` ids, in order.
    ///
    /// - Parameter random: a uniform integer below its argument, used at most once.
    public func pieceLengths(of count: Int, random: (Int) -> Int) -> [Int] {
        let content = context - 2
        guard count > content else { return count > 0 ? [count] : [] }
        let tail = count % content
        var lengths = Array(repeating: content, count: count / content)
        guard tail >= shortest, tail > 0 else { return lengths }
        guard tail < minimum else { return lengths + [tail] }
        let fewest = minimum - tail
        let most = content - minimum
        let moved = fewest + random(most - fewest + 1)
        lengths[lengths.count - 1] -= moved
        return lengths + [tail + moved]
    }
}
