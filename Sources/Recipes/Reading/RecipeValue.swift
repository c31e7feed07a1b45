import Diagnostics
import Foundation
import Yams

/// A value in a recipe with its place: typed reading, and errors that point at it.
struct RecipeValue {
    let node: Node
    let path: [String]
    let source: RecipeSource

    /// File, line and key path.
    var location: String { source.location(of: path, mark: node.mark) }

    /// An error about this value; `found` is what is there unless given.
    func error(expected: String, found: String? = nil, remedy: String) -> InputError {
        InputError(
            at: location, expected: expected, found: found ?? description, remedy: remedy)
    }

    /// The value in a message: numbers as they are, other text in quotes, the rest in words.
    var description: String {
        switch node {
        case .scalar(let scalar) where scalar.string.isEmpty: return "nothing"
        case .scalar(let scalar):
            let text = scalar.string
            return Quantity.number(text) == nil ? "\"\(text)\"" : text
        case .sequence(let sequence):
            return sequence.count == 1 ? "a list of 1 value" : "a list of \(sequence.count) values"
        case .mapping(let mapping):
            let keys = mapping.keys.compactMap { $0.scalar?.string }
            return keys.isEmpty
                ? "an empty mapping" : "a mapping with \(keys.joined(separator: ", "))"
        case .alias: return "an alias"
        }
    }

    /// The text of a scalar, or nil for a list, a mapping or nothing.
    var text: String? {
        guard let text = node.scalar?.string, !text.isEmpty else { return nil }
        return text
    }

    /// Text, of any content.
    func text(expected: String, remedy: String) throws -> String {
        guard let text else { throw error(expected: expected, remedy: remedy) }
        return text
    }

    /// A name that can be part of a file's name.
    func name() throws -> String {
        let isPlain = { (character: Character) in
            character.isASCII
                && (character.isLetter || character.isNumber || "._-".contains(character))
        }
        guard let text, text.allSatisfy(isPlain), text.first != "." else {
            throw error(
                expected: "a name of letters, digits, '-', '_' and '.'",
                remedy: "Folders are named after it: write it like mmbert-base.")
        }
        return text
    }

    /// A path, made absolute from the recipe's folder.
    func path(to what: String) throws -> String {
        let text = try text(
            expected: "the path of \(what)", remedy: "Relative paths start at the recipe's folder.")
        return URL(
            fileURLWithPath: text,
            relativeTo: URL(fileURLWithPath: source.folder, isDirectory: true)
        ).standardizedFileURL.path
    }

    /// `true` or `false`.
    func boolean() throws -> Bool {
        guard let boolean = text.flatMap({ Bool($0) }) else {
            throw error(expected: "true or false", remedy: "Write one of them.")
        }
        return boolean
    }

    /// A whole number of tokens.
    func tokens(atLeast minimum: Int = 1) throws -> Int {
        try integer(
            expected: minimum == 0
                ? "a number of tokens" : "a number of tokens of at least \(minimum)",
            remedy: "Write it like 60B, 4.7M, 16k or 10_000.", atLeast: minimum)
    }

    /// A whole number of things, at least one.
    func count(of things: String) throws -> Int {
        try integer(
            expected: "a number of \(things) of at least 1", remedy: "Write a whole number.",
            atLeast: 1)
    }

    /// A whole number.
    func integer(expected: String, remedy: String, atLeast minimum: Int) throws -> Int {
        guard let integer = text.flatMap(Quantity.integer), integer >= minimum else {
            throw error(expected: expected, remedy: remedy)
        }
        return integer
    }

    /// A number that fulfils a condition.
    func number(
        expected: String, remedy: String, where holds: (Double) -> Bool
    ) throws -> Double {
        guard let number = text.flatMap(Quantity.number), holds(number) else {
            throw error(expected: expected, remedy: remedy)
        }
        return number
    }

    /// A share of a whole, from 0 to 1; `such` is an example.
    func share(of whole: String, such example: String) throws -> Double {
        try number(
            expected: "a ratio between 0 and 1",
            remedy: "Write the share of \(whole), such as \(example)."
        ) { (0...1).contains($0) }
    }

    /// One of the names of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>() throws -> Choice
    where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        guard let choice = text.flatMap(Choice.init(rawValue:)) else {
            throw error(expected: "one of \(names.joined(separator: ", "))", remedy: suggest(names))
        }
        return choice
    }

    /// "Did you mean …?", or how to choose where nothing is near.
    func suggest(_ names: [String]) -> String {
        text.flatMap { nearestName(to: $0, among: names) }.map { "Did you mean \($0)?" }
            ?? "Write one of them."
    }

    /// The elements of a list.
    func list(of things: String) throws -> [RecipeValue] {
        guard case .sequence(let sequence) = node else {
            throw error(
                expected: "a list of \(things)",
                remedy: "Write it as [a, b], or one per line after -.")
        }
        return sequence.enumerated().map { index, node in
            RecipeValue(node: node, path: path + [String(index)], source: source)
        }
    }

    /// The members of a mapping with free keys, in order.
    func members(of what: String) throws -> [(name: String, value: RecipeValue)] {
        guard case .mapping(let mapping) = node else {
            throw error(expected: "a mapping with \(what)", remedy: "Write it as {key: value}.")
        }
        return mapping.map { key, node in
            let name = key.scalar?.string ?? "?"
            return (name, RecipeValue(node: node, path: path + [name], source: source))
        }
    }

    /// The members of a mapping whose keys are those of `Key`.
    func fields<Key>(_ keys: Key.Type, of what: String) throws -> RecipeFields<Key> {
        try RecipeFields(self, what: what)
    }
}
