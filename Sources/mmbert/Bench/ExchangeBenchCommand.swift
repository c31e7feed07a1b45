import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Programs
import Ranks
import Reporting

/// `mmbert bench exchange`.
struct ExchangeBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Measure how fast ranks exchange gradients and weights.",
        discussion: """
            Start it as a run is started, by the site's launcher: the ranks exchange made-up \
            gradients of a model's size, add them up, and gather the weights, as every step of \
            several ranks does. Beside it is measured how long each rank takes to copy as many \
            bytes, and the gradients' messages with nothing added: what MPI itself needs. All rows \
            are the time of the slowest rank, and rank 0 prints them.

            What a step costs between ranks is the sum of gradients, added up, and weights, \
            gathered. It does not depend on the batch: where it is too long beside the step, take \
            larger batches, fewer machines, or a faster network.

            With --json the result has bytes_per_second and latency_seconds, by which mmbert plan \
            foretells runs on other numbers of machines; measure on two machines or more.

            Nothing is written. Each rank needs memory for two copies of the weights.

            Examples:
              mpirun -n 2 mmbert bench exchange
              srun --nodes 4 --ntasks-per-node 1 mmbert bench exchange --size base
              mpirun -n 8 mmbert bench exchange --json > exchange.json
              mmbert plan my.yaml --ranks 64 --machines 16 --exchange exchange.json
            """)

    @Option(help: "The model whose weights are exchanged: tiny, small or base. (default: small)")
    var size: StepShape.Size?
    @Option(
        help: .init(
            "As many numbers, in one matrix, instead of a model's.", valueName: "count"))
    var parameters: Int?
    @Option(help: .init("How often each part is measured.", valueName: "count")) var repeats = 10
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try checkAtLeast([("--parameters", parameters ?? 1, 1), ("--repeats", repeats, 1)])
        try checkAtMost([
            ("--parameters", parameters ?? 1, 100_000_000_000), ("--repeats", repeats, 1_000_000),
        ])
        guard size == nil || parameters == nil else {
            throw ValidationError("--size and --parameters: give one of them.")
        }
    }

    func run() throws {
        let ranks = try join()
        do {
            try measure(ranks)
            try ranks.finish()
        } catch {
            // The end of one rank ends all, and the first one to say why is enough.
            tell("error: \(error)")
            ranks.abort(code: 1)
            throw ExitCode(1)
        }
    }

    /// The ranks that a launcher started. What is wrong with them is wrong with all: the first one
    /// says it.
    private func join() throws -> RankGroup {
        let environment = ProcessInfo.processInfo.environment
        do {
            let ranks = try RankGroup.join(environment: environment)
            guard ranks.count > 1 else {
                throw InputError(
                    at: "ranks", expected: "two or more, which a launcher starts", found: "1",
                    remedy: "Start it with mpirun or srun: mpirun -n 2 mmbert bench exchange.")
            }
            return ranks
        } catch let error as InputError {
            if let launch = Launch(environment: environment), launch.rank > 0 { throw ExitCode(2) }
            throw error
        }
    }

    private func measure(_ ranks: RankGroup) throws {
        let status = StatusLine(ranks.isFirst && StandardError.isTerminal ? .terminal : .silent)
        if ranks.isFirst {
            for warning in ranks.coreWarnings(threads: threads.asked) {
                tell("warning: \(warning)")
            }
        }
        let benchmark = ExchangeBenchmark(
            counts: parameters.map { [$0] } ?? (size ?? .small).parameterCounts, ranks: ranks,
            threads: threads.asked ?? ranks.threads, repetitions: repeats)
        let report = try benchmark.run { repetition in
            status.update { repetition == 0 ? "warming up" : "\(repetition) of \(repeats)" }
        }
        status.finish()
        if let report { try result.print(report, text: report.text) }
    }
}
