import Training

/// Who computes what: lanes in blocks on ranks, ranks in blocks on machines like this one, which share
/// its cores.
struct RankLayout: Sendable {
    /// The lanes of each rank.
    let shares: LaneShares
    /// Machines, at most as many as ranks.
    let machines: Int

    private var ranks: Int { shares.ranks }

    /// Ranks of the machine that has most: each computes with that part of a machine.
    var ranksOfAMachine: Int { (ranks + machines - 1) / machines }

    /// How many times the gradients go through the card of the machine that sends most, if every
    /// byte went to others: once for each part of its lanes' sum where machines have equally many
    /// ranks, which then add among themselves first; else for each part of each of its ranks.
    var partsOfAMachine: Int {
        let (isEven, blocks) = (ranks % machines == 0, shares.blocks)
        return (0..<machines).map { machine in
            let own = blocks[ranks * machine / machines..<ranks * (machine + 1) / machines]
            guard isEven else { return own.reduce(0) { $0 + shares.parts(of: $1).count } }
            return shares.parts(of: shares.lanes(of: own)).count
        }.max() ?? 1
    }

    /// How many times the weights come through that card: once, or for each of its ranks.
    var copiesOfAMachine: Int { ranks % machines == 0 ? 1 : ranksOfAMachine }

    /// Microbatches of the rank that has most, on average over `steps` steps of `count` each, before
    /// which `before` were given.
    ///
    /// Microbatch i of a step is that of lane (t + i) mod L, with t those given before. All lanes have
    /// ⌊M / L⌋, and M mod L in a row, from lane t mod L on, one more.
    func fullest(of count: Int, after before: Int, steps: Int) -> Double {
        let (rounds, extra) = count.quotientAndRemainder(dividingBy: shares.lanes)
        let blocks = shares.blocks
        guard extra > 0 else { return Double(rounds * (blocks.map(\.count).max() ?? 0)) }
        // The places at which a step may begin come again after as many steps as there are lanes.
        let places = max(1, min(steps, shares.lanes, Self.mostPlaces))
        let sum = (0..<places).reduce(0) { sum, step in
            let first = (before + step % shares.lanes * count) % shares.lanes
            return sum
                + (blocks.map { block in
                    rounds * block.count
                        + block.overlap(with: extra, from: first, lanes: shares.lanes)
                }.max() ?? 0)
        }
        return Double(sum) / Double(places)
    }

    /// Steps that are looked at for a mean.
    private static let mostPlaces = 256
}

extension Range<Int> {
    /// How many of `count` lanes in a row, from lane `first` on and round all `lanes`, lie in this
    /// block.
    fileprivate func overlap(with count: Int, from first: Int, lanes: Int) -> Int {
        let (last, wrapped) = (Swift.min(first + count, lanes), first + count - lanes)
        return clamped(to: first..<last).count + clamped(to: 0..<Swift.max(0, wrapped)).count
    }
}
