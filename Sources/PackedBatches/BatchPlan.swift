/// Which sequences go through the encoder together: a function of their lengths alone.
package struct BatchPlan {
    /// Indices of sequences, batch by batch; each index once. Long sequences come first, so that
    /// the most memory is needed at the start and threads end at the same time.
    package let batches: [[Int]]

    /// Sequences sorted by length, packed in that order into batches of at most `budget` tokens; a
    /// longer sequence is a batch of its own.
    package init(lengths: [Int], budget: Int) {
        let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        var batches: [[Int]] = []
        var room = 0
        for index in order {
            if batches.isEmpty || lengths[index] > room {
                batches.append([])
                room = max(budget, lengths[index])
            }
            batches[batches.count - 1].append(index)
            room -= lengths[index]
        }
        self.batches = batches
    }
}
