import ArgumentParser
import Diagnostics
import Formats
import Preparation
import Programs
import Reporting

/// `mmbert data synthesize`.
struct DataSynthesizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Invent languages and write text in them.",
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

    @Option(
        help: .init("How many languages, largest first. (default: 40)", valueName: "count"))
    var languages: Int?
    @Option(
        parsing: .upToNextOption,
        help: .init(
            "Manifests whose sources are imitated: their names and relative sizes.",
            valueName: "manifest"))
    var like: [String] = []
    @Option(help: .init("Bytes of text in all languages together.", valueName: "size")) var bytes =
        ByteCount(20_000_000)
    @Option(
        help: .init(
            "Seed of the world: the languages and what they talk about.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(
        help: .init(
            "The folder to create: CODE.jsonl.zst for each language, and languages.json.",
            valueName: "folder"))
    var output: String
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        guard languages == nil || like.isEmpty else {
            throw ValidationError("--languages and --like: give one of them.")
        }
        let count = languages ?? 1
        guard 1...SyntheticLanguages.mostLanguages ~= count else {
            throw ValidationError(
                "--languages \(count): give a number from 1 to "
                    + "\(SyntheticLanguages.mostLanguages).")
        }
    }

    func run() throws {
        let world =
            like.isEmpty
            ? SyntheticLanguages(count: languages ?? 40, seed: seed)
            : SyntheticLanguages(like: try imitatedSources(), seed: seed)
        let written = try world.write(bytes: bytes.bytes, to: output, threads: threads.count)
        try result.print(written, text: Self.text(written))
        guard !result.json else { return }
        let total = written.reduce(0) { $0 + $1.bytes }
        tell(
            """
            \(output): \(counted(written.count, "language")), \(decimalBytes(total)) of text.
            """)
    }

    /// The first of the languages.
    private static func text(_ written: [SyntheticLanguages.Written]) -> String {
        let shown = written.prefix(20)
        var table = TextTable(
            columns: [.left, .left, .right, .left],
            rows: [["code", "language, family", "text", "grammar"]])
        for language in shown {
            table.add([
                language.code, "\(language.name), \(language.family)",
                decimalBytes(language.bytes), language.grammar,
            ])
        }
        let rest = written.count - shown.count
        return table.text()
            + (rest > 0 ? "\n… and \(rest) smaller \(agreeing(rest, "one"))" : "")
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
