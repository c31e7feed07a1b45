import TensorCore

extension GradientExchange {
    /// How many machines have equally many ranks, and more than one; 1 otherwise.
    static func machines(of ranks: RankGroup) -> Int {
        let counts = Dictionary(grouping: ranks.machines) { $0 }.mapValues(\.count)
        guard let seats = counts.values.first, seats > 1,
            counts.values.allSatisfy({ $0 == seats })
        else { return 1 }
        let blocks = stride(from: 0, to: ranks.count, by: seats)
        let areBlocks = blocks.allSatisfy { start in
            ranks.machines[start..<start + seats].allSatisfy { $0 == ranks.machines[start] }
        }
        return areBlocks ? counts.count : 1
    }

    /// The largest nodes that are the lanes of these ranks.
    static func nodes(of ranks: Range<Int>, among count: Int, lanes: Int) -> [SumTree.Node] {
        let first = SumTree.lanes(of: ranks.lowerBound, among: count, lanes: lanes)
        let last = SumTree.lanes(of: ranks.upperBound - 1, among: count, lanes: lanes)
        return SumTree.parts(tiling: first.lowerBound..<last.upperBound, of: lanes)
    }

    /// The exchanges of `rank`.
    static func stages(_ buckets: Buckets, lanes: Int, rank: Int) -> [SumStage] {
        func largest(_ piece: (Int) -> ArraySlice<FlatSlab>) -> Int {
            (0..<buckets.count).map { piece($0).elementCount }.max() ?? 0
        }
        let (count, seats, machines) = (buckets.ranks, buckets.seats, buckets.machines)
        let byRank = (0..<count).map { nodes(of: $0..<$0 + 1, among: count, lanes: lanes) }
        let root = [SumTree.root(of: lanes)]
        let run = largest { buckets.run(of: rank, in: $0) }
        guard machines > 1 else {
            return [
                SumStage(
                    .all, among: Array(0..<count), member: rank, nodes: byRank, making: root,
                    capacity: run, bucketsInFlight: 2)
            ]
        }
        let byMachine = (0..<machines).map {
            nodes(of: $0 * seats..<($0 + 1) * seats, among: count, lanes: lanes)
        }
        let (machine, seat) = (rank / seats, rank % seats)
        let block = machine * seats..<(machine + 1) * seats
        return [
            SumStage(
                .machine, among: Array(block), member: seat, nodes: Array(byRank[block]),
                making: byMachine[machine], capacity: largest { buckets.seatRun(seat, in: $0) },
                // One more, from which the next stage sends.
                bucketsInFlight: 3),
            SumStage(
                .sameSeat, among: (0..<machines).map { $0 * seats + seat }, member: machine,
                nodes: byMachine, making: root, capacity: run, bucketsInFlight: 2),
        ]
    }
}
