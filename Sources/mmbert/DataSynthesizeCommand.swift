import ArgumentParser
import Diagnostics
import Formats
import Foundation
import Host
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

            As many as a manifest has sources, called and sized like them, for a small run of a \
            recipe made for other data (several manifests together: the largest size counts):
              mmbert data synthesize --like data-manifests/decay-all.yaml --bytes 26M --output texts

            A look at one of them:
              zstd -dc texts/qaa_Latn.jsonl.zst | head -n 1
            """)

    @Option(help: "How many languages, largest first.") var languages = 40
    @Option(
        parsing: .upToNextOption,
        help: "Manifests whose sources are imitated: their names and relative sizes.")
    var like: [String] = []
    @Option(help: "Text of all languages together.") var bytes = ByteCount(20_000_000)
    @Option(help: "Another number makes another world.") var seed: UInt64 = 1
    @Option(help: "The folder to make: CODE.jsonl.zst for each language and languages.json.")
    var output: String
    @Option(help: "Threads.") var threads = Cores.usable
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
        let world =
            like.isEmpty
            ? SyntheticLanguages(count: languages, seed: seed)
            : SyntheticLanguages(like: try imitatedSources(), seed: seed)
        let written = try world.write(bytes: bytes.bytes, to: output, threads: threads)
        if json { return try printJSON(written) }
        let shown = written.prefix(20)
        let width = 1 + max(9, shown.map(\.code.count).max() ?? 0)
        print("code".padded(width) + "language, family".padded(26) + "bytes     grammar")
        for language in shown {
            let name = "\(language.name), \(language.family)"
            print(
                language.code.padded(width) + name.padded(26)
                    + "\(ByteCount(language.bytes))".padding(
                        toLength: 10, withPad: " ", startingAt: 0) + language.grammar)
        }
        if written.count > 20 { print("… and \(written.count - 20) smaller ones") }
        let total = written.reduce(0) { $0 + $1.bytes }
        tell("\(output): \(written.count) languages, \(ByteCount(total)) of text.")
    }

    /// The sources of all manifests by name, each with the largest size it has in one of them.
    private func imitatedSources() throws -> [(name: String, tokens: Int)] {
        var tokens: [String: Int] = [:]
        for path in like {
            for source in try DataManifest(contentsOf: path, checkingFolders: false).sources {
                tokens[source.name] = max(tokens[source.name] ?? 0, source.tokens)
            }
        }
        guard 1...SyntheticLanguages.mostLanguages ~= tokens.count else {
            throw InputError(
                at: like.joined(separator: ", "),
                expected: "from 1 to \(SyntheticLanguages.mostLanguages) sources",
                found: "\(tokens.count)", remedy: "Name manifests with fewer sources.")
        }
        for name in tokens.keys where !TextSource.isCode(name) {
            throw InputError(
                at: like.joined(separator: ", "),
                expected: "sources named by letters, digits, _ and -", found: "“\(name)”",
                remedy: "Files are named after sources: rename it in the manifest.")
        }
        return tokens.map { (name: $0.key, tokens: $0.value) }
    }
}

extension String {
    /// The text with spaces up to `width`, or with one.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
