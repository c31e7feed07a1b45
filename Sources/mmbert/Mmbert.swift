import ArgumentParser
import Programs
import Reporting

@main
struct Mmbert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert",
        abstract: "Plan multilingual encoders, prepare their data, merge, judge and use them.",
        discussion: """
            Training is a program of its own, mmbert-train. The way from text to a model, with a \
            file of text per language in the folder text:

              mmbert tokenizer train --input text --vocabulary 8192 --output tokenizer
              mmbert data build --input text --tokenizer tokenizer --output shards
              mmbert plan recipe.yaml
              mmbert-train --recipe recipe.yaml
              mmbert fill-mask --model runs/NAME/model --text "A word is <mask> here."
              mmbert finetune --preset glue/rte --model runs/NAME/model --train … --dev …

            recipes/first.yaml is a recipe to begin with. mmbert help COMMAND explains a command.

            Exit codes: 0 done, 2 the input is wrong (the message says what and where), 1 anything \
            else.
            """,
        version: "mmbert \(frameworkVersion)",
        subcommands: [
            PlanCommand.self, ReportCommand.self, TokenizerCommand.self, DataCommand.self,
            MergeCommand.self, EmbedCommand.self, FillMaskCommand.self, ScoreCommand.self,
            FinetuneCommand.self, PredictCommand.self, EvaluateCommand.self,
            MeasureCommand.self, BenchCommand.self, TrainCommand.self, VersionCommand.self,
        ])

    static func main() {
        runAsProgram()
    }
}
