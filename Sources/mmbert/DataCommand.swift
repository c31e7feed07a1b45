import ArgumentParser

/// `mmbert data`.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Turn text into token shards, look inside, check them; make up languages.",
        subcommands: [
            DataBuildCommand.self, DataInspectCommand.self, DataVerifyCommand.self,
            DataSynthesizeCommand.self,
        ])
}
