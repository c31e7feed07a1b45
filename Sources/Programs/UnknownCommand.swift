import ArgumentParser
import Formats

/// A word that stands where the name of a command is expected, and names none. The argument parser
/// prints help in some of these cases, as if nothing were wrong.
struct UnknownCommand {
    /// The commands before the word, the program first: `["mmbert", "bench"]`.
    let path: [String]
    /// The word.
    let word: String
    /// Whether help of the word was asked for.
    let isForHelp: Bool
    /// The command that was perhaps meant; nil where none is near.
    let nearest: String?

    /// Follows the names in `arguments` down from `root`. Nil where all of them are known, and
    /// where an option comes first: those are the parser's.
    init?(in arguments: some Sequence<String>, of root: any ParsableCommand.Type) {
        guard !root.configuration.subcommands.isEmpty else { return nil }
        var (command, path) = (root, [Self.name(of: root)])
        var isForHelp = false
        for word in arguments where !["-h", "--help"].contains(word) {
            if word.hasPrefix("-") { return nil }
            if word == "help", path.count == 1 {
                isForHelp = true
                continue
            }
            let known = command.configuration.subcommands
            if known.isEmpty, !isForHelp { return nil }
            guard let next = known.first(where: { Self.name(of: $0) == word }) else {
                (self.path, self.word, self.isForHelp) = (path, word, isForHelp)
                nearest = nearestName(to: word, among: known.map(Self.name))
                return
            }
            command = next
            path.append(word)
        }
        return nil
    }

    private static func name(of command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }
}

extension UsageMistake {
    /// `unexpected argument 'plann'. See mmbert --help. Did you mean plan?`
    init(_ unknown: UnknownCommand) {
        let asked = unknown.path.dropFirst() + [unknown.word]
        self.init(
            unknown.isForHelp
                ? "there is no command '\(asked.joined(separator: " "))'"
                : "unexpected argument '\(unknown.word)'",
            helpCommand: "\(unknown.path.joined(separator: " ")) --help",
            suggestion: unknown.nearest.map { "Did you mean \($0)?" })
    }
}
