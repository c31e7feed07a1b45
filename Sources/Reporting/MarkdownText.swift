import Diagnostics

/// `text`, such as a name from a file, as Markdown shows it in a line or in a table's cell: what
/// would be markup, in Markdown or in HTML, stands for itself.
public func markdown(_ text: String) -> String {
    visible(text).map { character in
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "|", "\\", "`", "*", "[", "]": "\\\(character)"
        default: String(character)
        }
    }.joined()
}

/// `text`, such as a path, in Markdown as code; as plain text where code could not hold it.
public func markdownCode(_ text: String) -> String {
    let plain = markdown(text)
    return plain == text ? "`\(text)`" : plain
}
