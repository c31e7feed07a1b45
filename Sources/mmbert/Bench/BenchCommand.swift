import ArgumentParser

/// `mmbert bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure against this machine's own limits.",
        subcommands: [
            KernelBenchCommand.self, StepBenchCommand.self, LoaderBenchCommand.self,
        ])
}
