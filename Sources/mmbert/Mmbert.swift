import ArgumentParser
import Programs

@main
struct Mmbert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert",
        abstract: "Prepare data for multilingual encoders, merge and inspect them.",
        subcommands: [TokenizerCommand.self, DataCommand.self, MergeCommand.self])

    static func main() async {
        await runAsProgram()
    }
}
