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
    /// The ranks of the level, rising.
    let ranks: [Int]
    /// This rank's place among them.
    let member: Int
    /// The nodes whose values each of them brings.
    private let nodes: [[SumTree.Node]]
    /// The nodes whose values come of it.
    let targets: [SumTree.Node]
    /// For each bucket in flight a buffer for each value of this rank's piece that may come.
    let slots: [[Matrix<Float>]]

    /// Where a value of this rank's piece lies.
    enum Place: Equatable {
        /// Where this rank's own value with this number is.
        case own(Int)
        /// In the slot with this number.
        case slot(Int)
    }

    /// What a step's absent lanes leave of it.
    struct Plan {
        /// How many values each rank brings. Those of the others come into the first slots, in the
        /// order of ranks.
        let valueCounts: [Int]
        /// What is added, in this order.
        let additions: [(left: Place, right: Place, sum: Int)]
        /// Own values that are values of targets, as nobody has anything to add to them, and the
        /// slots that they are copied to.
        let copies: [(own: Int, slot: Int)]
        /// The slots in which the values of the targets are then.
        let results: [Int]
    }

    /// A stage among `ranks`, whose slots hold `capacity` elements.
    ///
    /// - Parameter bucketsInFlight: for how many buckets there are slots.
    init(
        _ level: RankLevel, among ranks: [Int], member: Int, nodes: [[SumTree.Node]],
        making targets: [SumTree.Node], capacity: Int, bucketsInFlight: Int
    ) {
        (self.level, self.ranks, self.member) = (level, ranks, member)
        (self.nodes, self.targets) = (nodes, targets)
        let count = nodes.joined().count
        slots = (0..<bucketsInFlight).map { _ in
            (0..<count).map { _ in Matrix(rows: 1, columns: max(1, capacity)) }
        }
    }

    /// The exchange of a step in which these lanes are present.
    func plan(_ isPresent: [Bool]) -> Plan {
        let lanes = isPresent.count
        let present = nodes.map { nodes in
            nodes.filter { isPresent[$0.lanes(of: lanes)].contains(true) }
        }
        let (additions, results) = SumTree.additions(
            of: Array(present.joined()), making: targets, lanes: lanes)
        var used = 0
        func nextSlot() -> Int {
            defer { used += 1 }
            return used
        }
        var places = present.enumerated().flatMap { other, nodes in
            nodes.indices.map { other == member ? Place.own($0) : .slot(nextSlot()) }
        }
        // Own values are not changed: a sum takes the place of one that came, else a free slot.
        let sums = additions.map { addition in
            let (left, right) = (places[addition.into], places[addition.from])
            let sum =
                switch (left, right) {
                case (.slot(let slot), _), (.own, .slot(let slot)): slot
                case (.own, .own): nextSlot()
                }
            places[addition.into] = .slot(sum)
            return (left, right, sum)
        }
        var copies: [(own: Int, slot: Int)] = []
        let slots = results.map { result in
            switch places[result] {
            case .slot(let slot): return slot
            case .own(let number):
                copies.append((number, nextSlot()))
                return copies[copies.count - 1].slot
            }
        }
        return Plan(
            valueCounts: present.map(\.count), additions: sums, copies: copies, results: slots)
    }
}
