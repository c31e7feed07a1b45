import ArgumentParser

/// `mmbert data`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Turn text into token shards; make up languages.",
        subcommands: [DataBuildCommand.self, DataSynthesizeCommand.self])
}
