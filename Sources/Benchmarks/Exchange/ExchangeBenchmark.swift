import Ranks
import TensorCore

/// Measures what a step's gradients and weights cost between ranks.
package struct ExchangeBenchmark {
    /// What each rank does in a repetition, one after the other.
    enum Part: Int, CaseIterable {
        case copy, moving, exchange, gather, rollCall, message
    }

    let ranks: RankGroup
    let exchange: GradientExchange
    let parallel: Parallel
    private let repetitions: Int
    private let parts: [[Matrix<Float>]]
    private let weights: [Matrix<Float>]
    /// Whom rank 0 sends messages to: the first rank of another machine, if there is one.
    private let partner: Int

    /// Times that a roll call and a message are repeated in a repetition.
    private static let words = 50

    /// A measurement of parameters with `counts` elements, of which each rank has one lane.
    ///
    /// - Precondition: there are two ranks or more, and a parameter with an element.
    package init(counts: [Int], ranks: RankGroup, threads: Int, repetitions: Int) {
        precondition(
            ranks.count > 1 && counts.contains { $0 > 0 } && repetitions > 0,
            "ExchangeBenchmark: \(ranks.count) ranks, \(repetitions) repetitions")
        self.ranks = ranks
        self.repetitions = repetitions
        parallel = Parallel(threads: threads)
        exchange = GradientExchange(counts: counts, lanes: ranks.count, ranks: ranks)
        func matrices(_ value: Float) -> [Matrix<Float>] {
            counts.map { count in
                let matrix = Matrix<Float>(rows: 1, columns: count)
                matrix.fill(value)
                return matrix
            }
        }
        parts = exchange.nodes.map { _ in matrices(1) }
        weights = matrices(0)
        partner = ranks.machines.firstIndex { $0 != ranks.machines[0] } ?? 1
    }

    /// Measures; all ranks call it.
    ///
    /// - Parameter progress: gets, on rank 0, the number of each repetition, 0 for the first one, which
    ///   does not count.
    /// - Returns: what was measured, on rank 0; nil on the others.
    /// - Throws: `RankFailure`.
    package func run(progress: (Int) -> Void) throws -> ExchangeReport? {
        var repetitionsOfRanks: [[Double]] = []
        for repetition in 0...repetitions {
            if ranks.isFirst { progress(repetition) }
            let seconds = try Part.allCases.map(seconds)
            let slowest = try slowest(seconds)
            if repetition > 0 { repetitionsOfRanks.append(slowest) }
        }
        let traffic = try trafficOfRanks()
        return ranks.isFirst ? report(repetitionsOfRanks, traffic) : nil
    }

    /// What a part takes this rank, all of which begin together.
    private func seconds(of part: Part) throws -> Double {
        try rollCall()
        let start = ContinuousClock.now
        switch part {
        case .copy: copy()
        case .moving: try exchange.move(parts, during: "measuring")
        case .exchange:
            try exchange.reduce(
                parts: parts, isPresent: [Bool](repeating: true, count: ranks.count),
                during: "measuring", parallel: parallel
            ) { _, _ in }
        case .gather:
            try exchange.spread(
                weights, rounded: weights.map { _ in nil }, during: "measuring",
                parallel: parallel
            ) { _ in }
        case .rollCall:
            for _ in 0..<Self.words { try rollCall() }
            return (ContinuousClock.now - start) / .seconds(Self.words)
        case .message: return try ranks.messageSeconds(to: partner, times: Self.words)
        }
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private func copy() {
        // One thread copies fastest by the system's copy, several by their slabs.
        for (source, target) in zip(parts[0], weights) {
            if parallel.threads == 1 {
                target.copy(from: source)
            } else {
                convert(source, into: target, parallel: parallel)
            }
        }
    }

    private func rollCall() throws {
        if ranks.isFirst {
            try ranks.tell([0])
            _ = try ranks.answers(during: "measuring")
        } else {
            _ = try ranks.hear()
            try ranks.answer([0])
        }
    }
}
