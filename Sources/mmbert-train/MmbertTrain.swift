import ArgumentParser

@main
struct MmbertTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbert-train",
        abstract: "Pre-train a multilingual encoder as a recipe says.")
}
