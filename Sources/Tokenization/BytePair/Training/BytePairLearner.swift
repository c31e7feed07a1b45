/// Learns pieces as SentencePiece's byte-pair trainer does, with the same result: the most
/// frequent pair of neighbours becomes a piece and takes their place, until there are enough.
///
/// A pair's list of places is complete when the pair has come up: joining makes new pairs only with
/// the new piece. From then on it can only become rarer. So the queue holds each pair once, with a
/// count that may be out of date: a pair that stands at the top with too high a count is put back
/// with the true one.
package struct BytePairLearner {
    private var words: WordSymbols
    private var symbols: SymbolTable
    private var pairs = PairTable()
    /// The places of all pairs, pair by pair.
    private var places: [UInt32] = []
    private var queue = PairQueue()
    private var taken: Set<[UInt32]> = []
    /// Pairs that one joining makes, and where.
    private var made: [(pair: UInt32, place: UInt32)] = []

    /// Queues the pairs of an alphabet's characters.
    package init(_ words: consuming WordSymbols, _ alphabet: Alphabet) {
        self.words = words
        symbols = SymbolTable(alphabet)
        countPairs()
        listPlaces()
        for pair in 0..<pairs.count { queue.insert(pair, of: pairs, symbols) }
    }

    private mutating func countPairs() {
        var start = 1
        for step in words.steps {
            for place in start..<max(start, Int(step.end)) {
                let (left, right) = (words[place - 1], words[place])
                guard left > 0, right > 0, symbols.mayJoin(left, right) else { continue }
                let pair = pairs.index(of: left, right)
                pairs[pair].count += step.count
                pairs[pair].placeCount += 1
            }
            start = Int(step.end)
        }
    }

    private mutating func listPlaces() {
        places = Array(repeating: 0, count: arrangePlaces(from: 0))
        for place in 1..<words.count {
            let (left, right) = (words[place - 1], words[place])
            guard left > 0, right > 0, symbols.mayJoin(left, right) else { continue }
            add(place - 1, to: pairs.index(of: left, right))
        }
    }

    /// Gives the pairs from `first` on their ranges of `places`, still empty.
    ///
    /// - Returns: how many places there will be.
    private mutating func arrangePlaces(from first: Int) -> Int {
        var end = places.count
        for pair in first..<pairs.count {
            pairs[pair].firstPlace = end
            end += pairs[pair].placeCount
            pairs[pair].placeCount = 0
        }
        return end
    }

    @inline(__always)
    private mutating func add(_ place: Int, to pair: Int) {
        places[pairs[pair].firstPlace + pairs[pair].placeCount] = UInt32(place)
        pairs[pair].placeCount += 1
    }

    /// The characters of the next piece; nil when no two neighbours are left that could be one.
    package mutating func next() -> [UInt32]? {
        while let first = queue.first {
            let pair = pairs[Int(first.pair)]
            if first.count != pair.count {
                queue.lowerFirst(to: pair.count, pairs, symbols)
                continue
            }
            queue.removeFirst(pairs, symbols)
            // The same text may be made of other halves already; these stay apart.
            guard taken.insert(symbols.characters(of: pair.left, pair.right)).inserted else {
                continue
            }
            let piece = symbols.append(pair.left, pair.right)
            let known = pairs.count
            join(pair, to: piece, index: Int(first.pair))
            places.append(
                contentsOf: repeatElement(0, count: arrangePlaces(from: known) - places.count))
            for (pair, place) in made { add(Int(place), to: Int(pair)) }
            made.removeAll(keepingCapacity: true)
            for new in known..<pairs.count { queue.insert(new, of: pairs, symbols) }
            return Array(symbols.characters(of: piece))
        }
        return nil
    }

    /// Puts a piece wherever its halves are side by side, from left to right in every word.
    private mutating func join(_ pair: SymbolPair, to piece: Int32, index: Int) {
        let (left, right) = (pair.left, pair.right)
        let leftLength = Int(symbols.symbols[Int(left)].length)
        let length = Int(symbols.symbols[Int(piece)].length)
        var step = 0
        for index in pair.firstPlace..<(pair.firstPlace + pair.placeCount) {
            let place = Int(places[index])
            let other = place + leftLength
            guard words[place] == left, words[other] == right else { continue }
            let count = words.count(at: place, step: &step)
            let (before, next) = (words.place(before: place), place + length)
            lower(words[before], left, by: count)
            lower(right, words[next], by: count)
            words.join(place, other, to: piece, length: length)
            make(words[before], piece, at: before, count)
            make(piece, words[next], at: place, count)
        }
    }

    @inline(__always)
    private mutating func lower(_ left: Int32, _ right: Int32, by count: Int64) {
        guard symbols.mayJoin(left, right) else { return }
        pairs[pairs.index(of: left, right)].count -= count
    }

    @inline(__always)
    private mutating func make(_ left: Int32, _ right: Int32, at place: Int, _ count: Int64) {
        guard symbols.mayJoin(left, right) else { return }
        let pair = pairs.index(of: left, right)
        pairs[pair].count += count
        pairs[pair].placeCount += 1
        made.append((UInt32(pair), UInt32(place)))
    }
}
