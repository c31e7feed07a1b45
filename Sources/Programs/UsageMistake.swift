/// A mistake on the command line as the argument parser tells it, told as all other errors are.
package struct UsageMistake: CustomStringConvertible {
    /// What is wrong, and what else the parser says of it.
    private var mistake: [Substring] = []
    /// How the help of the option or argument begins; empty for none.
    private var help: [String] = []
    /// The command that prints the whole help.
    private var command: Substring?

    /// Takes the parser's message apart: `Error:` and `Help:`, the usage line, which names every
    /// option, and where to find help.
    package init(_ message: String) {
        var isUsage = false
        for line in message.split(separator: "\n") {
            if line.hasPrefix("Error: ") {
                mistake.append(line.dropFirst("Error: ".count))
            } else if line.hasPrefix("Help:  ") {
                help.append("  " + line.dropFirst("Help:  ".count))
            } else if line.hasPrefix("Usage: ") {
                isUsage = true
            } else if line.hasPrefix("  See '") {
                command = line.split(separator: "'").dropFirst().first
            } else if !isUsage {
                mistake.append(line)
            }
        }
    }

    /// `error: missing expected argument '<recipe>'. See mmbert plan --help.`, and the help of what
    /// is missing.
    package var description: String {
        var text = mistake.joined(separator: "\n")
        let isWord = text.dropFirst().first?.isLowercase ?? false
        if isWord { text = text.prefix(1).lowercased() + text.dropFirst() }
        if let last = text.last, !".?!".contains(last) { text += "." }
        if let command { text += " See \(command)." }
        return (["error: \(text)"] + help).joined(separator: "\n")
    }
}
