import ArgumentParser

/// `mmbert bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure what this machine does with it.",
        subcommands: [LoaderBenchCommand.self])
}
