import Ranks

extension ExchangeBenchmark {
    /// The largest of each number of all ranks, on rank 0; the numbers themselves on the others.
    func slowest(_ seconds: [Double]) throws -> [Double] {
        try all(seconds).reduce(seconds) { zip($0, $1).map(max) }
    }

    /// What each rank sends, on rank 0.
    func trafficOfRanks() throws -> [GradientExchange.Traffic] {
        let own = exchange.traffic
        let numbers = [own.gradients, own.weights, own.toOtherMachines].map(Double.init)
        return try all(numbers).map {
            GradientExchange.Traffic(
                gradients: Int($0[0]), weights: Int($0[1]), toOtherMachines: Int($0[2]))
        }
    }

    /// The numbers of all ranks, by rank, on rank 0; this rank's alone on the others.
    private func all(_ numbers: [Double]) throws -> [[Double]] {
        guard ranks.isFirst else {
            try ranks.answer(numbers: numbers)
            return [numbers]
        }
        return try [numbers] + ranks.numbers(during: "measuring").dropFirst()
    }

    /// What comes of the slowest ranks' seconds, by repetition and part.
    func report(_ seconds: [[Double]], _ traffic: [GradientExchange.Traffic]) -> ExchangeReport {
        func spread(_ part: Part) -> ExchangeReport.Spread {
            .init(seconds.map { $0[part.rawValue] })
        }
        let ranksOfMachines = Dictionary(grouping: 0..<ranks.count) { ranks.machines[$0] }
        let machines = ranksOfMachines.count
        let bytes =
            machines > 1
            ? ranksOfMachines.values.map { $0.reduce(0) { $0 + traffic[$1].toOtherMachines } }
            : traffic.map { $0.gradients + $0.weights }
        let sent = bytes.max() ?? 0
        let (exchange, gather, message) = (spread(.exchange), spread(.gather), spread(.message))
        // The formula of docs/plan.md, solved for B.
        let others = machines > 1 ? machines - 1 : ranks.count - 1
        let latency = Double(self.exchange.buckets.count * 4 * others) * message.median
        let time = exchange.median + gather.median
        return ExchangeReport(
            ranks: ranks.count, machines: machines,
            ranksOfAMachine: ranksOfMachines.values.map(\.count).max() ?? 0,
            engine: ranks.engine, threads: parallel.threads,
            parameters: self.exchange.counts.reduce(0, +), repetitions: seconds.count,
            gradientBytes: traffic.map(\.gradients).max() ?? 0,
            weightBytes: traffic.map(\.weights).max() ?? 0, bytesSent: sent, copy: spread(.copy),
            moving: spread(.moving), exchange: exchange, gather: gather,
            rollCall: spread(.rollCall), message: message,
            bytesPerSecond: Double(sent) / max(time - latency, time / 2),
            latencySeconds: message.median)
    }
}
