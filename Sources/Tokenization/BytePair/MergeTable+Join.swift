import HeapModule

extension MergeTable {
    /// Joins the pair of the smallest rank, the leftmost of equal ones, until none is left. Time
    /// grows with the square of their number.
    ///
    /// - Parameters:
    ///   - symbols: at least `count`, which is 1 or more.
    ///   - candidates: room for as many merges.
    /// - Returns: how many symbols are left, at the front of `symbols`.
    func join(
        _ symbols: UnsafeMutableBufferPointer<Int32>, count: Int,
        candidates: UnsafeMutableBufferPointer<Merge>
    ) -> Int {
        var count = count
        for index in 0..<(count - 1) {
            candidates[index] = merge(symbols[index], symbols[index + 1])
        }
        while count > 1 {
            var best = 0
            for index in 1..<max(1, count - 1) where candidates[index].rank < candidates[best].rank
            {
                best = index
            }
            let joined = candidates[best]
            if joined.rank == .max { break }
            symbols[best] = joined.piece
            count -= 1
            for index in (best + 1)..<max(best + 1, count) {
                symbols[index] = symbols[index + 1]
                candidates[index - 1] = candidates[index]
            }
            if best > 0 { candidates[best - 1] = merge(symbols[best - 1], joined.piece) }
            if best + 1 < count { candidates[best] = merge(joined.piece, symbols[best + 1]) }
        }
        return count
    }

    /// The same for any number of symbols, by a queue of the pairs that could be joined.
    func join(_ symbols: inout [Int32]) {
        /// A pair, by the place of its left half, as it was when it was queued.
        struct Candidate: Comparable {
            var merge: Merge
            var place: Int
            var left: Int32
            var right: Int32

            static func < (a: Candidate, b: Candidate) -> Bool {
                (a.merge.rank, a.place) < (b.merge.rank, b.place)
            }
        }
        let (gone, end) = (Int32(-1), symbols.count)
        var next = symbols.indices.map { $0 + 1 }
        var previous = symbols.indices.map { $0 - 1 }
        var queue = Heap<Candidate>()
        func enqueue(_ place: Int) {
            guard place >= 0, next[place] < end else { return }
            let (left, right) = (symbols[place], symbols[next[place]])
            let merge = merge(left, right)
            if merge.rank < .max {
                queue.insert(Candidate(merge: merge, place: place, left: left, right: right))
            }
        }
        for place in symbols.indices { enqueue(place) }
        while let best = queue.popMin() {
            let (place, other) = (best.place, next[best.place])
            guard symbols[place] == best.left, other < end, symbols[other] == best.right else {
                continue
            }
            symbols[place] = best.merge.piece
            symbols[other] = gone
            next[place] = next[other]
            if next[place] < end { previous[next[place]] = place }
            enqueue(previous[place])
            enqueue(place)
        }
        symbols.removeAll { $0 == gone }
    }
}
