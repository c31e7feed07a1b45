import ArgumentParser

@main
struct Mmbert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert",
        abstract: "Prepare data for multilingual encoders, merge and inspect them.",
        subcommands: [MergeCommand.self])
}
