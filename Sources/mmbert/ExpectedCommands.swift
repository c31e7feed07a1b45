import ArgumentParser
import Diagnostics
import Formats

// Commands that people try and that are elsewhere. Help does not list them.

/// `mmbert train`: says which program trains.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Say which program trains: mmbert-train.",
        shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() throws {
        let rest = arguments.isEmpty ? "--recipe RECIPE" : arguments.joined(separator: " ")
        throw InputError(
            at: "mmbert train", expected: "the program that trains, mmbert-train",
            found: "mmbert, which plans, prepares and uses", remedy: "Type mmbert-train \(rest).")
    }
}

/// `mmbert version`: what `mmbert --version` prints.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version, as --version does.",
        shouldDisplay: false)

    func run() throws { try StandardOutput.print(Mmbert.configuration.version) }
}
