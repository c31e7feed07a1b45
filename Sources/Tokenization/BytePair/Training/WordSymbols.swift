/// All different words as symbols, one array for all: a boundary, a word's symbols, a boundary …
///
/// A place is an index into it. A symbol of n characters stands at the first of n places; at the
/// last one stands 1 − n, so that the symbols on both sides of a place are found without links.
package struct WordSymbols {
    private var symbols: [Int32] = [0]
    /// Where the words of one count end, and that count; the most frequent ones come first.
    private(set) var steps: [(end: UInt32, count: Int64)] = []

    /// The words of a text in an alphabet whose characters have the ids from 1 on.
    ///
    /// - Returns: nil where there are too many.
    package init?(_ counts: consuming WordCounts, _ alphabet: Alphabet) {
        counts.sort()
        var ids = CharacterTable()
        for (index, scalar) in alphabet.scalars.enumerated() {
            ids[scalar == spaceSymbol ? 0x20 : scalar].symbol = Int32(index + 1)
        }
        symbols.reserveCapacity(counts.words.bytes.count / 2)
        counts.words.forEach { word, count in
            append(word, ids)
            if steps.last?.count == count {
                steps[steps.count - 1].end = UInt32(truncatingIfNeeded: symbols.count)
            } else {
                steps.append((UInt32(truncatingIfNeeded: symbols.count), count))
            }
        }
        if symbols.count >= UInt32.max { return nil }
    }

    /// Adds a word, cut at characters outside the alphabet, without parts of one character.
    private mutating func append(_ word: UnsafeBufferPointer<UInt8>, _ ids: CharacterTable) {
        var index = 0
        while index < word.count {
            let (scalar, length) = decodeScalar(word, at: index)
            let symbol = max(0, ids[scalar].symbol)
            if symbol > 0 {
                symbols.append(symbol)
            } else {
                endPart()
            }
            index += max(1, length)
        }
        endPart()
    }

    private mutating func endPart() {
        if symbols[symbols.count - 1] == 0 { return }
        if symbols[symbols.count - 2] == 0 {
            symbols.removeLast()
        } else {
            symbols.append(0)
        }
    }

    var count: Int { symbols.count }

    /// The symbol that begins at a place; negative where none does.
    subscript(place: Int) -> Int32 {
        @inline(__always) get { symbols[place] }
    }

    /// Where the symbol begins that ends before a place.
    @inline(__always)
    func place(before place: Int) -> Int {
        let last = symbols[place - 1]
        return last < 0 ? place - 1 + Int(last) : place - 1
    }

    /// How often the word at a place occurs.
    ///
    /// - Parameter step: of the last place that was asked for, which was not after this one; 0 at
    ///   first.
    @inline(__always)
    func count(at place: Int, step: inout Int) -> Int64 {
        if place >= Int(steps[step].end) { step = self.step(of: place, after: step) }
        return steps[step].count
    }

    private func step(of place: Int, after step: Int) -> Int {
        var (low, high) = (step + 1, steps.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if place < Int(steps[middle].end) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Puts one symbol of `length` characters where there were two, of which the second began at
    /// `right`.
    @inline(__always)
    mutating func join(_ left: Int, _ right: Int, to symbol: Int32, length: Int) {
        symbols[right] = -1
        symbols[left + length - 1] = Int32(1 - length)
        symbols[left] = symbol
    }
}
