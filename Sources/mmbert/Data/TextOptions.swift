import ArgumentParser
import Preparation

/// Which text a command reads.
struct TextOptions: ParsableArguments {
    @Option(parsing: .upToNextOption, help: "Files and folders with text; CODE=PATH names a code.")
    var input: [String]
    @Option(
        name: .customLong("languages"), parsing: .upToNextOption, help: "Only these languages.")
    var chosenLanguages: [String] = []

    /// The languages that were chosen; nil for all.
    var languages: [String]? { chosenLanguages.isEmpty ? nil : chosenLanguages }
}
