/// The ids of one text or two with the special tokens around them.
public struct ArrangedSequence: Sendable, Equatable {
    /// The ids, one for each row.
    public private(set) var ids: [Int32]
    /// The rows of the first text.
    public private(set) var first: Range<Int>
    /// The rows of the second text; empty where there is none. All other rows are special tokens.
    public private(set) var second: Range<Int>
    /// The token types of the rows: 0 or 1.
    public private(set) var types: [Int32]
    /// How many ids of the texts were cut off.
    public private(set) var cut: Int

    /// Texts' ids with the tokens of an arrangement around them.
    init(
        _ arrangement: SequenceTemplate.Arrangement, _ a: some Collection<Int32>,
        _ b: some Collection<Int32>, cut: Int
    ) {
        (ids, types, first, second, self.cut) = ([], [], 0..<0, 0..<0, cut)
        let count = arrangement.count + a.count + b.count
        ids.reserveCapacity(count)
        types.reserveCapacity(count)
        append(arrangement.front)
        first = append(a, type: arrangement.types.first)
        append(arrangement.between)
        second = append(b, type: arrangement.types.second)
        append(arrangement.behind)
    }

    private mutating func append(_ tokens: [SequenceTemplate.Token]) {
        for token in tokens {
            ids.append(token.id)
            types.append(token.type)
        }
    }

    /// - Returns: the rows of the text.
    private mutating func append(_ text: some Collection<Int32>, type: Int32) -> Range<Int> {
        let start = ids.count
        ids.append(contentsOf: text)
        types.append(contentsOf: repeatElement(type, count: text.count))
        return start..<ids.count
    }
}
