import ArgumentParser
import Programs

@main
struct Mmbert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert",
        abstract: "Plan runs of multilingual encoders, prepare their data, merge and use them.",
        subcommands: [
            PlanCommand.self, TokenizerCommand.self, DataCommand.self, MergeCommand.self,
            EmbedCommand.self, FillMaskCommand.self, ScoreCommand.self, BenchCommand.self,
        ])

    static func main() {
        runAsProgram()
    }
}
