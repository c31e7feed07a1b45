import Autograd
import Optimizers
import Ranks
import TensorCore
import TestSupport
import Testing

@Suite("StableAdamW of several ranks")
struct RankedStableAdamWTests {
    /// What of a run must have the same bits.
    private struct Outcome: Equatable, Sendable {
        var reports: [StableAdamW.Report] = []
        var weights: [[Float]] = []
        var copies: [[Float]?] = []
        /// By name; on rank 0 alone.
        var moments: [String: [Float]] = [:]
    }

    private static let rule = StableAdamW.Configuration(weightDecay: 0.01, peakLearningRate: 2e-3)

    /// Some fifty norms and matrices of one to five slabs, half of them with a rounded copy.
    private static func parameters(_ parallel: Parallel) -> [Parameter] {
        let shapes = [(257, 63), (1, 16_385), (700, 97)]
        let parameters =
            (0..<70).map { Parameter(name: "norm.\($0)", count: 1 + 61 * $0 % 400) }
            + shapes.map { Parameter(name: "matrix.\($0.0)", rows: $0.0, columns: $0.1) }
        for (index, parameter) in parameters.enumerated() {
            let value = parameter.tensor.value
            value.copy(from: testMatrix(value.rows, value.columns, seed: UInt64(index)))
            guard index % 2 == 0 else { continue }
            let _: Matrix<BFloat16> = parameter.operand(parallel: parallel)
        }
        return parameters
    }

    /// The gradients of a lane in a step; those of step 3 are sudden.
    private static func gradients(
        _ lane: Int, _ step: Int, _ parameters: [Parameter]
    ) -> [Matrix<Float>] {
        parameters.enumerated().map { index, parameter in
            let value = parameter.tensor.value
            return Matrix(
                rows: value.rows, columns: value.columns,
                elements: testNumbers(
                    value.count, seed: UInt64(1_000_000 * step + 1000 * lane + index),
                    scale: step == 3 ? 20 : 0.3))
        }
    }

    private static func value(
        _ node: SumTree.Node, _ step: Int, _ isPresent: [Bool], _ parameters: [Parameter],
        _ parallel: Parallel
    ) -> [Matrix<Float>]? {
        SumTree.fold(
            node, isPresent: isPresent, leaf: { gradients($0, step, parameters) },
            add: { left, right in
                for (left, right) in zip(left, right) {
                    add(right, addingTo: left, parallel: parallel)
                }
                return left
            })
    }

    /// In step 2 some lanes are absent, in step 4 all but one.
    private static func isPresent(_ lanes: Int, _ step: Int) -> [Bool] {
        (0..<lanes).map { lane in
            switch step {
            case 2: lane % 3 != 1
            case 4: lane == lanes - 2
            default: true
            }
        }
    }

    private static func rate(_ step: Int) -> Double { 2e-3 / Double(step) }

    private static func outcome(
        of optimizer: StableAdamW, _ reports: [StableAdamW.Report]
    ) throws -> Outcome {
        var moments: [String: [Float]] = [:]
        var order: [String] = []
        try optimizer.gatherMoments { tensor, offset, elements in
            #expect(moments[tensor.name, default: []].count == offset)
            if offset == 0 { order.append(tensor.name) }
            for index in elements.indices {
                moments[tensor.name, default: []].append(elements[index])
            }
        }
        #expect(order == order.sorted())
        return Outcome(
            reports: reports, weights: optimizer.parameters.map(\.tensor.value.elements),
            copies: optimizer.parameters.map { $0.lowPrecisionCopy?.elements.map(\.widened) },
            moments: moments)
    }

    private static func alone(_ lanes: Int, steps: ClosedRange<Int>) throws -> Outcome {
        let parallel = Parallel(threads: 2)
        let optimizer = StableAdamW(
            parameters: parameters(parallel), configuration: rule, counting: ["matrix.700": 80_000])
        let reports = try steps.map { step in
            let gradients = try #require(
                value(
                    SumTree.root(of: lanes), step, isPresent(lanes, step), optimizer.parameters,
                    parallel))
            return optimizer.step(
                gradients: gradients, learningRate: rate(step), parallel: parallel)
        }
        return try outcome(of: optimizer, reports)
    }

    /// One of the ranks of a run, from `start` on, which rank 0 gives to all.
    private static func rank(
        _ ranks: RankGroup, _ lanes: Int, steps: ClosedRange<Int>, after start: Outcome? = nil
    ) throws -> Outcome {
        let parallel = Parallel(threads: 2)
        let parameters = parameters(parallel)
        let exchange = GradientExchange(
            counts: parameters.map(\.count), lanes: lanes, ranks: ranks)
        let optimizer = StableAdamW(
            parameters: parameters, configuration: rule, counting: ["matrix.700": 80_000],
            exchange: exchange)
        if let start {
            for (parameter, weights) in zip(parameters, start.weights) {
                let value = parameter.tensor.value
                value.copy(
                    from: Matrix(rows: value.rows, columns: value.columns, elements: weights))
                parameter.didChange()
            }
            optimizer.restore(stepCount: steps.lowerBound - 1)
            try optimizer.spreadMoments { tensor, offset, elements in
                let values = try #require(start.moments[tensor.name])
                for index in elements.indices { elements[index] = values[offset + index] }
            }
        }
        let reports = try steps.map { step in
            let isPresent = isPresent(lanes, step)
            return try optimizer.step(
                parts: exchange.nodes.map { value($0, step, isPresent, parameters, parallel) },
                isPresent: isPresent, learningRate: rate(step), parallel: parallel)
        }
        #expect(optimizer.stepCount == steps.upperBound)
        #expect(optimizer.moments.isEmpty)
        return try outcome(of: optimizer, reports)
    }

    @Test("five steps of 1 to 4 ranks have the bits of one process", arguments: [4, 7, 12])
    func sameBits(lanes: Int) throws {
        let expected = try Self.alone(lanes, steps: 1...5)
        #expect(expected.reports.contains { $0.limitedCount > 0 })
        for count in 1...4 {
            let outcomes = try withThreadRanks(count) {
                try Self.rank($0, lanes, steps: 1...5)
            }
            #expect(outcomes[0] == expected, "\(count) ranks")
            for outcome in outcomes.dropFirst() {
                #expect(outcome.reports == expected.reports, "\(count) ranks")
                #expect(outcome.weights == expected.weights, "\(count) ranks")
                #expect(outcome.copies == expected.copies, "\(count) ranks")
                #expect(outcome.moments.isEmpty)
            }
        }
    }

    @Test(
        "machines with several ranks each have the bits of one process",
        arguments: ["aabb", "aaabbb", "aabbcc", "aab"])
    func machines(places: String) throws {
        let expected = try Self.alone(7, steps: 1...5)
        let names = places.map { "node\($0)" }
        let outcomes = try withThreadRanks(names.count, machines: names) {
            try Self.rank($0, 7, steps: 1...5)
        }
        #expect(outcomes[0] == expected)
        for outcome in outcomes { #expect(outcome.weights == expected.weights) }
    }

    @Test("a rank alone has the bits of one process")
    func aloneByExchange() throws {
        let expected = try Self.alone(4, steps: 1...3)
        #expect(try Self.rank(.alone(), 4, steps: 1...3) == expected)
    }

    @Test("what three ranks did, two go on with, to the same bits")
    func otherNumber() throws {
        let expected = try Self.alone(7, steps: 1...5)
        let before = try withThreadRanks(3) { try Self.rank($0, 7, steps: 1...3) }[0]
        let after = try withThreadRanks(2) { try Self.rank($0, 7, steps: 4...5, after: before) }
        #expect(after[0].weights == expected.weights)
        #expect(after[1].weights == expected.weights)
        #expect(after[0].moments == expected.moments)
        #expect(after[0].reports == Array(expected.reports.suffix(2)))
    }

    @Test("where rank 0 cannot write or read, it alone says so, and no rank waits for ever")
    func failures() throws {
        struct DiskFull: Error {}
        let thrown = try withThreadRanks(3) { ranks in
            let parallel = Parallel(threads: 1)
            let parameters = Self.parameters(parallel)
            let exchange = GradientExchange(
                counts: parameters.map(\.count), lanes: 4, ranks: ranks)
            let optimizer = StableAdamW(
                parameters: parameters, configuration: Self.rule, exchange: exchange)
            var calls = 0
            func throwsAtThirdCall() throws {
                calls += 1
                if calls == 3 { throw DiskFull() }
            }
            var failures = 0
            do {
                try optimizer.gatherMoments { _, _, _ in try throwsAtThirdCall() }
            } catch is DiskFull { failures += 1 }
            #expect(calls == (ranks.isFirst ? 3 : 0))
            calls = 0
            do {
                try optimizer.spreadMoments { _, _, _ in try throwsAtThirdCall() }
            } catch is DiskFull { failures += 1 }
            #expect(calls == (ranks.isFirst ? 3 : 0))
            return failures
        }
        #expect(thrown == [2, 0, 0])
    }
}
