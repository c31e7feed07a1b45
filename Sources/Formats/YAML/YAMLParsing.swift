import Diagnostics
import Yams

/// The tree of YAML text, nil for a document without content. A byte order mark is left out.
///
/// - Parameter place: what a message about a line, from 1, begins with.
/// - Throws: `InputError` if the text is not YAML or a mapping has a key twice.
package func parseYAML(_ text: String, place: (_ line: Int) -> String) throws -> Node? {
    do {
        // To the library the mark would be a column before the first key.
        let marked = text.unicodeScalars.first == "\u{feff}"
        return try Parser(yaml: marked ? String(text.unicodeScalars.dropFirst()) : text)
            .singleRoot()
    } catch let error as YamlError {
        throw inputError(from: error, place: place)
    }
}

private func inputError(from error: YamlError, place: (_ line: Int) -> String) -> InputError {
    func invalid(_ problem: String, line: Int) -> InputError {
        InputError(
            at: place(line), expected: "YAML", found: problem,
            remedy: "Fix the text there, or in the line before.")
    }
    switch error {
    case .scanner(let context, let problem, let mark, _),
        .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        let before = context.map { "\($0.text) from line \($0.mark.line) on, " } ?? ""
        return invalid("a mistake (\(before)\(problem))", line: mark.line)
    case .reader(let problem, _, let value, let text):
        let scalars = text.unicodeScalars
        let place = scalars.firstIndex { Int32(bitPattern: $0.value) == value }
        let line = scalars[..<(place ?? scalars.startIndex)].count { $0 == "\n" } + 1
        return invalid("a mistake (\(problem))", line: line)
    case .duplicatedKeysInMapping(let duplicates, let context):
        return InputError(
            at: place(context.mark.line), expected: "every key once",
            found: "\(duplicates.sorted().joined(separator: ", ")) twice",
            remedy: "Keep one of them.")
    default:
        return invalid("text that cannot be parsed (\(error))", line: 1)
    }
}
