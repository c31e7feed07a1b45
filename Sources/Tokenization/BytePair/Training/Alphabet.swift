/// The characters that get a piece: the most frequent ones that make up the asked share of a text.
package struct Alphabet {
    /// From the most frequent one down, by code point where equally frequent.
    private(set) var scalars: [UInt32] = []

    /// Characters until `coverage` of the text is reached.
    ///
    /// As in SentencePiece, shares are compared in single precision, and marks for symbols that
    /// were cut out count as text.
    package init(_ counts: CharacterCounts, coverage: Double) {
        let found = counts.all.filter { $0.scalar != 0 }
        let total = found.reduce(0) { $0 + $1.count }
        var covered: Int64 = 0
        for (scalar, count) in found.sorted(by: { ($1.count, $0.scalar) < ($0.count, $1.scalar) }) {
            if Float(Double(covered) / Double(total)) >= Float(coverage) { break }
            covered += count
            if scalar != WordCounts.boundary { scalars.append(scalar) }
        }
    }
}
