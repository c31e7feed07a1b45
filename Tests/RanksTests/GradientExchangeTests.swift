import Ranks
import TensorCore
import TestSupport
import Testing

@Suite("The exchange of gradients")
struct GradientExchangeTests {
    /// Two buckets and a bit, most slabs short.
    private static let counts =
        (0..<120).map { 1 + 37 * $0 % 301 } + [0, 5 * 16_384 + 7, 16_384, 9]
        + [Int](
            repeating: 8, count: 10)

    private static func matrices(_ lane: Int) -> [Matrix<Float>] {
        counts.enumerated().map { index, count in
            Matrix(
                rows: 1, columns: count,
                elements: testNumbers(
                    count, seed: UInt64(1000 * lane + index), scale: lane % 2 == 0 ? 1 : 1e-3))
        }
    }

    /// The value of a node, as a rank makes it.
    private static func value(
        _ node: SumTree.Node, _ isPresent: [Bool], _ parallel: Parallel
    ) -> [Matrix<Float>]? {
        SumTree.fold(node, isPresent: isPresent, leaf: matrices) { left, right in
            for (left, right) in zip(left, right) { add(right, addingTo: left, parallel: parallel) }
            return left
        }
    }

    static let lanes: [[Bool]] = [
        [Bool](repeating: true, count: 4), [Bool](repeating: true, count: 7),
        [Bool](repeating: true, count: 12), [Bool](repeating: true, count: 3),
        [true, false, false, true, true, false, true], [false, false, true, false],
        (0..<12).map { $0 % 5 != 1 && $0 < 9 }, (0..<12).map { $0 > 5 },
    ]

    /// Where ranks run, and on how many machines an exchange of two stages sees them.
    static let places: [(machines: String, stages: Int)] = [
        ("a", 1), ("aa", 1), ("aaa", 1), ("aaaa", 1), ("aaaaa", 1), ("ab", 1), ("abc", 1),
        ("aab", 1), ("aabb", 2), ("aabbcc", 2), ("aaabbb", 2), ("aaaabbbb", 2), ("aabbbb", 1),
    ]

    private static func names(_ machines: String) -> [String] { machines.map { "node\($0)" } }

    @Test(
        "ranks anywhere make the bits of the tree, whichever lanes are absent",
        arguments: lanes, places)
    func sums(isPresent: [Bool], place: (machines: String, stages: Int)) throws {
        let parallel = Parallel(threads: 1)
        let sum = try #require(
            Self.value(SumTree.root(of: isPresent.count), isPresent, parallel))
        let expected = sum.flatMap(\.elements)
        let names = Self.names(place.machines)
        let shares = try withThreadRanks(names.count, machines: names) { ranks in
            let exchange = GradientExchange(
                counts: Self.counts, lanes: isPresent.count, ranks: ranks)
            #expect(exchange.buckets.machines == (place.stages == 1 ? 1 : Set(names).count))
            let parallel = Parallel(threads: 2)
            var parts: [(place: Int, values: [Float])] = []
            try exchange.reduce(
                parts: exchange.nodes.map { Self.value($0, isPresent, parallel) },
                isPresent: isPresent, during: "a test", parallel: parallel
            ) { run, gradient in
                let own = Array(gradient.elements.prefix(run.slabs.elementCount))
                #expect(run.shareOffset == parts.reduce(0) { $0 + $1.values.count })
                parts.append((run.slabs.first?.place ?? 0, own))
            }
            return parts
        }
        #expect(shares.allSatisfy { $0.count == 3 })
        // The runs of all ranks are the line of all parameters.
        let runs = shares.joined().filter { !$0.values.isEmpty }.sorted { $0.place < $1.place }
        #expect(runs.flatMap(\.values) == expected)
    }

    @Test("sums of slabs come back in the order of slabs", arguments: places)
    func slabSums(place: (machines: String, stages: Int)) throws {
        let names = Self.names(place.machines)
        let all = try withThreadRanks(names.count, machines: names) { ranks in
            let exchange = GradientExchange(counts: Self.counts, lanes: 4, ranks: ranks)
            let zeros = Self.counts.map { Matrix<Float>(rows: 1, columns: $0) }
            try exchange.reduce(
                parts: exchange.nodes.map { _ in zeros }, isPresent: [true, true, true, true],
                during: "a test", parallel: Parallel(threads: 1)
            ) { run, _ in
                for (index, slab) in run.slabs.enumerated() {
                    exchange.sums[run.sumRow + index, 0] = Double(slab.place)
                    exchange.sums[run.sumRow + index, 1] = Double(slab.matrix) / 3
                }
            }
            return try exchange.gatherSums(during: "a test").map { [$0.first, $0.second] }
        }
        let slabs = FlatSlab.line(ofCounts: Self.counts)
        let expected = slabs.map { [Double($0.place), Double($0.matrix) / 3] }
        for sums in all { #expect(sums == expected) }
    }

    @Test("weights that owners have changed reach all ranks, and their copies", arguments: places)
    func spreads(place: (machines: String, stages: Int)) throws {
        let names = Self.names(place.machines)
        let all = try withThreadRanks(names.count, machines: names) { ranks in
            let exchange = GradientExchange(counts: Self.counts, lanes: 5, ranks: ranks)
            let weights = Self.matrices(1)
            let copies = weights.enumerated().map { index, matrix in
                index % 2 == 0 ? nil : Matrix<BFloat16>(rows: 1, columns: matrix.count)
            }
            let parallel = Parallel(threads: 2)
            try exchange.spread(
                weights, rounded: copies, during: "a test", parallel: parallel
            ) { run in
                for slab in run.slabs {
                    for element in slab.start..<slab.start + slab.count {
                        weights[slab.matrix][0, element] *= -2
                        copies[slab.matrix]?[0, element] = BFloat16(
                            rounding: weights[slab.matrix][0, element])
                    }
                }
            }
            return [
                weights.flatMap(\.elements),
                copies.flatMap { $0?.elements.map(\.widened) ?? [] },
            ]
        }
        let expected = Self.matrices(1).map { $0.elements.map { -2 * $0 } }
        let rounded = expected.enumerated().flatMap { index, values in
            index % 2 == 0 ? [] : values.map { BFloat16(rounding: $0).widened }
        }
        for values in all { #expect(values == [expected.flatMap { $0 }, rounded]) }
    }

    @Test(
        "shares are dealt from rank 0 and collected by it, in rising stretches", arguments: places)
    func shares(place: (machines: String, stages: Int)) throws {
        let names = Self.names(place.machines)
        let all = try withThreadRanks(names.count, machines: names) { ranks in
            let exchange = GradientExchange(counts: Self.counts, lanes: 5, ranks: ranks)
            let share = Matrix<Float>(rows: 1, columns: max(1, exchange.shareCount))
            let source = ranks.isFirst ? Self.matrices(2) : []
            for index in Self.counts.indices {
                try exchange.deal(index, into: share, during: "a test") { offset, elements in
                    for place in elements.indices {
                        elements[place] = source[index][0, offset + place]
                    }
                }
            }
            var collected = Self.counts.map { _ in [Float]() }
            for index in Self.counts.indices.reversed() {
                try exchange.collect(index, of: share, during: "a test") { offset, elements in
                    #expect(ranks.isFirst && offset == collected[index].count)
                    for place in elements.indices { collected[index].append(elements[place]) }
                }
            }
            return collected
        }
        #expect(all[0] == Self.matrices(2).map(\.elements))
    }
}
