import Formats

/// A mistake on the command line as the argument parser tells it, told as all other errors are.
package struct UsageMistake: CustomStringConvertible {
    /// What is wrong, and what else the parser says of it.
    private var mistake: [String] = []
    /// How the help of the option or argument begins; empty for none.
    private var help: [String] = []
    /// The command that prints the whole help.
    private var helpCommand: String
    /// What to try instead, a sentence; nil for nothing.
    private var suggestion: String?

    /// A mistake that is not the parser's: what is wrong, where help is, and what to try instead.
    package init(_ mistake: String, helpCommand: String, suggestion: String?) {
        (self.mistake, self.helpCommand) = ([mistake], helpCommand)
        self.suggestion = suggestion
    }

    /// Takes the parser's message about `arguments` apart: `Error:` and `Help:`, the usage line or
    /// the whole help, and where to find help; where it does not say, that of `program`.
    package init(_ message: String, program: String, arguments: [String]) {
        helpCommand = "\(program) --help"
        var isUsage = false
        for line in message.split(separator: "\n") {
            if line.hasPrefix("Error: ") {
                mistake.append(Self.told(line.dropFirst("Error: ".count), of: arguments))
            } else if line.hasPrefix("Help:  ") {
                help.append("  " + line.dropFirst("Help:  ".count))
            } else if line.hasPrefix("OVERVIEW: ") {
                break
            } else if line.hasPrefix("Usage: ") {
                isUsage = true
            } else if line.hasPrefix("  See '") {
                let quoted = line.split(separator: "'").dropFirst().first
                helpCommand = quoted.map(String.init) ?? helpCommand
            } else if !isUsage {
                mistake.append(String(line))
            }
        }
    }

    /// `error: missing expected argument '<recipe>'. See mmbert plan --help.`, and the help of what
    /// is missing.
    package var description: String {
        var text = mistake.joined(separator: "\n")
        let isWord = text.dropFirst().first.map { $0.isLowercase || $0 == " " } ?? false
        if isWord { text = text.prefix(1).lowercased() + text.dropFirst() }
        if let last = text.last, !".?!".contains(last) { text += "." }
        text += " See \(helpCommand)."
        if let suggestion { text += " \(suggestion)" }
        return (["error: \(text)"] + help).joined(separator: "\n")
    }

    /// What the parser says is wrong, but for what it sees in another way than people do: it
    /// suggests options that are far from what was typed, and never `--help`; and to it a number
    /// below 0 is an option.
    private static func told(_ mistake: Substring, of arguments: [String]) -> String {
        let unknown = /Unknown option '--([^']+)'(?:\. Did you mean '--([^']+)'\?)?/
        if let match = mistake.wholeMatch(of: unknown) {
            let names = [match.2.map { String($0) } ?? "help", "help"]
            let nearest = nearestName(to: String(match.1), among: names)
            return "Unknown option '--\(match.1)'."
                + (nearest.map { " Did you mean '--\($0)'?" } ?? "")
        }
        if let match = mistake.wholeMatch(of: /Missing value for '(--[^' ]+)[^']*'/),
            let (_, number) = zip(arguments, arguments.dropFirst()).first(where: {
                $0 == match.1 && $1.hasPrefix("-") && Double($1) != nil
            })
        {
            return "\(mistake): write \(match.1)=\(number) for a number below 0."
        }
        return String(mistake)
    }
}
