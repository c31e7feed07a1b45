import ArgumentParser
import Foundation
import Preparation

/// `mmbert data synthesize`.
struct DataSynthesizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Make up languages and write text in them.",
        discussion: """
            The languages come in families: sisters share roots that regular sound changes have \
            moved apart. They have scripts, grammars and sizes of their own, and talk about the \
            same world, so that a model can learn from one what helps in another. The same seed \
            gives the same files.

            Forty languages, 20 MB of text:
              mmbert data synthesize --languages 40 --bytes 20M --seed 1 --output texts

            A look at one of them:
              zstd -dc texts/qaa_Latn.jsonl.zst | head -n 1
            """)

    @Option(help: "How many languages, largest first.") var languages = 40
    @Option(help: "Text of all languages together.") var bytes = ByteCount(20_000_000)
    @Option(help: "Another number makes another world.") var seed: UInt64 = 1
    @Option(help: "The folder to make: CODE.jsonl.zst for each language and languages.json.")
    var output: String
    @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Flag(help: "Print the languages as JSON on standard output.") var json = false

    func validate() throws {
        guard 1...SyntheticLanguages.mostLanguages ~= languages else {
            throw ValidationError(
                "--languages \(languages): give a number from 1 to "
                    + "\(SyntheticLanguages.mostLanguages).")
        }
        guard threads >= 1 else { throw ValidationError("--threads \(threads): give 1 or more.") }
    }

    func run() throws {
        let world = SyntheticLanguages(count: languages, seed: seed)
        let written = try world.write(bytes: bytes.bytes, to: output, threads: threads)
        if json { return try printJSON(written) }
        print("code      language, family       bytes   grammar")
        for language in written.prefix(20) {
            let name = "\(language.name), \(language.family)"
            print(
                language.code.padding(toLength: 10, withPad: " ", startingAt: 0)
                    + name.padding(toLength: 22, withPad: " ", startingAt: 0)
                    + "\(ByteCount(language.bytes))".padding(
                        toLength: 10, withPad: " ", startingAt: 0) + language.grammar)
        }
        if written.count > 20 { print("… and \(written.count - 20) smaller ones") }
        let total = written.reduce(0) { $0 + $1.bytes }
        tell("\(output): \(written.count) languages, \(ByteCount(total)) of text.")
    }
}
