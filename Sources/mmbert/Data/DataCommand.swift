import ArgumentParser

/// `mmbert data`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Turn text into token shards, inspect and verify them; invent languages.",
        subcommands: [
            DataBuildCommand.self, DataInspectCommand.self, DataVerifyCommand.self,
            DataSynthesizeCommand.self,
        ])
}
