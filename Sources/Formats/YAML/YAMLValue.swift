import Diagnostics
import Yams

/// Where YAML came from: what its values need to know to tell their place.
package protocol YAMLSource {
    /// What a message about the value at `path` begins with; `mark` is its place in the text.
    func location(of path: [String], mark: Mark?) -> String

    /// Whether a message shows `text` as a number, without quotes.
    func isNumber(_ text: String) -> Bool
}

/// A value in YAML with its place, so that errors can point at it.
package struct YAMLValue<Source: YAMLSource> {
    /// The value itself.
    package let node: Node
    /// The keys, and places in lists from 0, that lead to it.
    package let path: [String]
    /// Where it came from.
    package let source: Source

    /// The value `node` at `path` of `source`.
    package init(node: Node, path: [String], source: Source) {
        (self.node, self.path, self.source) = (node, path, source)
    }

    /// File, line and key path.
    package var location: String { source.location(of: path, mark: node.mark) }

    /// An error about this value; `found` is what is there unless given.
    package func error(expected: String, found: String? = nil, remedy: String) -> InputError {
        InputError(
            at: location, expected: expected, found: found ?? description, remedy: remedy)
    }

    /// Checks what must hold of this value.
    package func require(
        _ holds: Bool, expected: @autoclosure () -> String,
        found: @autoclosure () -> String? = nil, remedy: @autoclosure () -> String
    ) throws {
        guard holds else { throw error(expected: expected(), found: found(), remedy: remedy()) }
    }

    /// Refuses a value that must not be there.
    package func refuse(expected: String, found: String? = nil, remedy: String) throws {
        throw error(expected: expected, found: found, remedy: remedy)
    }

    /// The value in a message: numbers as they are, other text in quotes, the rest in words.
    package var description: String {
        switch node {
        case .scalar(let scalar) where scalar.string.isEmpty: return "nothing"
        case .scalar(let scalar):
            return source.isNumber(scalar.string) ? scalar.string : "\"\(scalar.string)\""
        case .sequence(let sequence):
            return sequence.count == 1 ? "a list of 1 value" : "a list of \(sequence.count) values"
        case .mapping(let mapping):
            let keys = mapping.keys.compactMap { $0.scalar?.string }
            return keys.isEmpty
                ? "an empty mapping" : "a mapping with \(keys.joined(separator: ", "))"
        case .alias: return "an alias"
        }
    }

    /// The text of a scalar; nil for a list, a mapping or nothing.
    package var text: String? {
        guard let text = node.scalar?.string, !text.isEmpty else { return nil }
        return text
    }

    /// Whether the value is a list.
    package var isList: Bool { node.sequence != nil }

    /// Whether the value is a mapping.
    package var isMapping: Bool { node.mapping != nil }

    /// The elements of a list.
    ///
    /// - Throws: `InputError` if the value is not a list.
    package func list(of things: String) throws -> [YAMLValue] {
        guard case .sequence(let sequence) = node else {
            throw error(
                expected: "a list of \(things)",
                remedy: "Write it as [a, b], or one per line after -.")
        }
        return sequence.enumerated().map { index, node in
            YAMLValue(node: node, path: path + [String(index)], source: source)
        }
    }

    /// The members of a mapping with free keys, in order.
    ///
    /// - Throws: `InputError` if the value is not a mapping.
    package func members(of what: String) throws -> [(name: String, value: YAMLValue)] {
        guard case .mapping(let mapping) = node else {
            throw error(expected: "a mapping with \(what)", remedy: "Write it as {key: value}.")
        }
        return mapping.map { key, node in
            let name = key.scalar?.string ?? "?"
            return (name, YAMLValue(node: node, path: path + [name], source: source))
        }
    }

    /// The members of a mapping that has no keys but `names`.
    ///
    /// - Throws: `InputError` if the value is not a mapping or has an unknown key.
    package func fields(
        _ names: [String], of what: String, familiar: [String: String] = [:]
    ) throws -> YAMLFields<Source> {
        try YAMLFields(self, names: names, what: what, familiar: familiar)
    }
}
