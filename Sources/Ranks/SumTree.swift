/// The order in which the gradients of a step's lanes are added: a binary tree over lane numbers.
///
///     value(0, j) = the gradient of lane j
///     value(k, j) = value(k−1, 2j) + value(k−1, 2j+1)
///
/// where one of two is absent, because none of its lanes had a microbatch, the other's value as it
/// is. The sum of `lanes` lanes is value(⌈log₂ lanes⌉, 0). Ranks hold blocks of lanes and add up whole
/// nodes, so no bit of the sum depends on how many ranks there are.
package enum SumTree {
    /// The node (k, j), of lanes j·2ᵏ to (j+1)·2ᵏ − 1 as far as they exist.
    package struct Node: Hashable, Sendable {
        /// k: 0 for a lane by itself.
        package let level: Int
        /// j: which of the level's nodes.
        package let index: Int

        /// The node of this level and number.
        package init(level: Int, index: Int) {
            (self.level, self.index) = (level, index)
        }

        /// Its lanes, of `count` in all; none where it lies beyond them.
        package func lanes(of count: Int) -> Range<Int> {
            let start = min(count, index << level)
            return start..<min(count, (index + 1) << level)
        }

        /// The two that it is the sum of.
        var children: (Node, Node) {
            (Node(level: level - 1, index: 2 * index), Node(level: level - 1, index: 2 * index + 1))
        }
    }

    /// The node of all lanes.
    package static func root(of lanes: Int) -> Node {
        precondition(lanes > 0, "SumTree.root: \(lanes) lanes")
        return Node(level: Int.bitWidth - (lanes - 1).leadingZeroBitCount, index: 0)
    }

    /// The block of lanes that rank `rank` of `ranks` computes: ⌊L r / R⌋ ..< ⌊L (r+1) / R⌋.
    package static func lanes(of rank: Int, among ranks: Int, lanes: Int) -> Range<Int> {
        precondition(
            0 <= rank && rank < ranks && lanes > 0,
            "SumTree.lanes: rank \(rank) of \(ranks), \(lanes) lanes")
        return lanes * rank / ranks..<lanes * (rank + 1) / ranks
    }

    /// The largest nodes that together are the lanes `block`, of `lanes` in all, in rising order.
    package static func parts(tiling block: Range<Int>, of lanes: Int) -> [Node] {
        parts(tiling: block, below: root(of: lanes), lanes)
    }

    private static func parts(
        tiling block: Range<Int>, below node: Node, _ lanes: Int
    ) -> [Node] {
        let own = node.lanes(of: lanes)
        guard own.overlaps(block) else { return [] }
        if block.lowerBound <= own.lowerBound && own.upperBound <= block.upperBound {
            return [node]
        }
        let (left, right) = node.children
        return parts(tiling: block, below: left, lanes) + parts(tiling: block, below: right, lanes)
    }

    /// The additions that turn the values of `parts` into the values of `targets`.
    ///
    /// - Parameters:
    ///   - parts: disjoint nodes in or below the targets, in rising order, each with a lane that is
    ///     present; together they have all lanes of the targets that are.
    ///   - targets: disjoint nodes, in rising order.
    ///   - lanes: how many lanes there are.
    /// - Returns: pairs of places in `parts`, in the order in which they are added, and the places
    ///   where the targets' values are then; a target that is absent has none.
    package static func additions(
        of parts: [Node], making targets: [Node], lanes: Int
    ) -> (additions: [(into: Int, from: Int)], results: [Int]) {
        let places = Dictionary(
            uniqueKeysWithValues: parts.enumerated().map { ($0.element, $0.offset) })
        var additions: [(into: Int, from: Int)] = []
        func value(_ node: Node) -> Int? {
            if let place = places[node] { return place }
            guard node.level > 0, !node.lanes(of: lanes).isEmpty else { return nil }
            let (left, right) = node.children
            guard let into = value(left) else { return value(right) }
            guard let from = value(right) else { return into }
            additions.append((into, from))
            return into
        }
        let results = targets.compactMap(value)
        precondition(
            additions.count + results.count == parts.count,
            "SumTree.additions: \(parts.count) parts, \(additions.count) additions")
        return (additions, results)
    }

    /// The value of a node by its definition; nil where all of its lanes are absent. Not more than
    /// one value for each level is held at a time.
    ///
    /// - Parameters:
    ///   - isPresent: for each lane whether it has a gradient.
    ///   - leaf: the gradient of a lane; asked in rising order.
    ///   - add: the sum of two values, the left one first.
    package static func fold<Value>(
        _ node: Node, isPresent: [Bool], leaf: (Int) throws -> Value,
        add: (Value, Value) throws -> Value
    ) rethrows -> Value? {
        let lanes = node.lanes(of: isPresent.count)
        guard isPresent[lanes].contains(true) else { return nil }
        guard node.level > 0 else { return try leaf(node.index) }
        let children = node.children
        let left = try fold(children.0, isPresent: isPresent, leaf: leaf, add: add)
        let right = try fold(children.1, isPresent: isPresent, leaf: leaf, add: add)
        guard let left else { return right }
        guard let right else { return left }
        return try add(left, right)
    }
}
