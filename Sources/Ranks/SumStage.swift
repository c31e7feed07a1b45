import TensorCore

/// One exchange on the way to a sum: each rank of a level gets its piece of what all of them have,
/// and adds it up as far as the tree goes among them.
///
/// Flat, there is one stage, among all ranks. On machines with several ranks each there are two:
/// among the ranks of a machine, then among those with the same seat on all machines, so that each
/// machine sends its gradients once, not once for each of its ranks.
final class SumStage {
    /// Among whom.
    let level: RankLevel
    /// This rank's number among them.
    let member: Int
    /// The nodes whose values each of them brings.
    private let nodes: [[SumTree.Node]]
    /// The nodes whose values come of it.
    let targets: [SumTree.Node]
    /// The send buffers of two buckets in flight.
    let outgoing: [Matrix<Float>]
    /// The receive buffers of two buckets in flight: parts of this rank's piece.
    let incoming: [Matrix<Float>]

    /// What a step's absent lanes leave of it.
    struct Plan {
        /// How many values each rank brings.
        let partCounts: [Int]
        let additions: [(into: Int, from: Int)]
        /// Which of the parts are values of the targets in the end.
        let results: [Int]
    }

    /// A stage whose buffers hold `capacity` elements of each value that this rank sends, and
    /// `pieceCapacity` of each that it receives.
    init(
        _ level: RankLevel, member: Int, nodes: [[SumTree.Node]], making targets: [SumTree.Node],
        capacity: Int, pieceCapacity: Int
    ) {
        (self.level, self.member, self.nodes, self.targets) = (level, member, nodes, targets)
        let sent = max(1, nodes[member].count * capacity)
        let received = max(1, nodes.joined().count * pieceCapacity)
        outgoing = (0..<2).map { _ in Matrix(rows: 1, columns: sent) }
        incoming = (0..<2).map { _ in Matrix(rows: 1, columns: received) }
    }

    /// The exchange of a step in which these lanes are present.
    func plan(_ isPresent: [Bool]) -> Plan {
        let lanes = isPresent.count
        let present = nodes.map { nodes in
            nodes.filter { isPresent[$0.lanes(of: lanes)].contains(true) }
        }
        let (additions, results) = SumTree.additions(
            of: Array(present.joined()), making: targets, lanes: lanes)
        return Plan(partCounts: present.map(\.count), additions: additions, results: results)
    }
}
