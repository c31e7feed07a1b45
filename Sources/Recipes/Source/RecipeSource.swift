import Diagnostics
import Formats
import Foundation
import Yams

/// A recipe's text as a tree of YAML nodes, with the overrides of the command line put in.
struct RecipeSource: YAMLSource {
    /// The file, as it was named.
    let file: String
    /// Overrides that have been put in: where, and how they were written.
    private(set) var overrides: [(path: [String], argument: String)] = []
    /// Values that have been put in from elsewhere in the text: where, and where they stand.
    private var marks: [(path: [String], mark: Mark?)] = []
    /// The tree.
    private(set) var root: Node

    /// Folder that relative paths are relative to, absolute: the file's own, unless another is set.
    var folder: String {
        get {
            otherFolder
                ?? URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().path
        }
        set { otherFolder = newValue }
    }
    private var otherFolder: String?

    /// Parses the file.
    ///
    /// - Throws: `InputError` if it cannot be read, is not YAML, or is a recipe of another kind.
    init(file: String, kind: RecipeKind = .pretraining) throws {
        guard let bytes = try FileContents.readIfPresent(file) else {
            throw InputError(
                at: file, expected: "a recipe", found: "no such file",
                remedy: "Name a YAML file, such as \(kind.example).")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError(
                at: file, expected: "UTF-8 text", found: "other bytes",
                remedy: "Save the recipe as UTF-8.")
        }
        try self.init(text: text, file: file)
        try require(kind)
    }

    /// Parses text; `file` is for messages and relative paths.
    init(text: String, file: String) throws {
        self.file = file
        root = try Self.parse(text) { line in "\(file):\(line)" }
    }

    private static func parse(_ text: String, place: (_ line: Int) -> String) throws -> Node {
        try parseYAML(text, place: place) ?? Node([(Node, Node)]())
    }

    /// The whole recipe.
    var value: RecipeValue { RecipeValue(node: root, path: [], source: self) }

    /// The value at a path, or nil where the recipe leaves it out.
    func value(at path: [String]) -> RecipeValue? {
        var node = root
        for key in path {
            let child =
                switch node {
                case .mapping(let mapping): mapping[Node(key)]
                case .sequence(let sequence):
                    Int(key).flatMap { sequence.indices.contains($0) ? sequence[$0] : nil }
                case .scalar, .alias: Node?.none
                }
            guard let child else { return nil }
            node = child
        }
        return RecipeValue(node: node, path: path, source: self)
    }

    /// Puts `key.path=value` in; the value is YAML.
    ///
    /// Numbers in a path count the elements of a list from 0; an element may also be named by its
    /// own `name`. Mappings that are missing on the way are made.
    mutating func override(_ argument: String) throws {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
            throw InputError(
                at: "--set \(argument)", expected: "key.path=value", found: "\"\(argument)\"",
                remedy: "Write it like phases.0.mask.ratio=0.2.")
        }
        let text = String(argument[argument.index(after: equals)...])
        let value = try Self.parse(text) { _ in "--set \(argument)" }
        var path = argument[..<equals].split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        try Self.put(value, into: &root, at: &path, from: 0, argument: argument)
        overrides.append((path, argument))
    }

    /// Puts a value in at a path, in place of what is there; mappings that are missing on the way
    /// are made. A message about it names the place from where `value` is.
    mutating func put(_ value: Node, at path: [String]) throws {
        var path = path
        try Self.put(
            value, into: &root, at: &path, from: 0, argument: path.joined(separator: "."))
        marks.append((path, value.mark))
    }

    /// What a message about the value at `path` begins with: file and line, or the override it
    /// came from, then the path.
    func location(of path: [String], mark: Mark?) -> String {
        let name = path.isEmpty ? "" : ": " + path.joined(separator: ".")
        if let source = overrides.last(where: { path.starts(with: $0.path) }) {
            return "--set \(source.argument)" + name
        }
        let mark = mark ?? marks.last { path.starts(with: $0.path) }?.mark
        return mark.map { "\(file):\($0.line)\(name)" } ?? file + name
    }

    func isNumber(_ text: String) -> Bool { Quantity.number(text) != nil }

    private static func put(
        _ value: Node, into node: inout Node, at path: inout [String], from depth: Int,
        argument: String
    ) throws {
        guard depth < path.count else {
            node = value
            return
        }
        switch node {
        case .sequence(var sequence):
            let named = sequence.firstIndex { $0.mapping?["name"]?.scalar?.string == path[depth] }
            guard let index = named ?? Int(path[depth]), sequence.indices.contains(index) else {
                let names = sequence.compactMap { $0.mapping?["name"]?.scalar?.string }
                let list = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
                throw InputError(
                    at: "--set \(argument): \(path.prefix(depth + 1).joined(separator: "."))",
                    expected: "an element's name\(list), or a number below \(sequence.count)",
                    found: "\"\(path[depth])\"",
                    remedy: nearestName(to: path[depth], among: names).map { "Did you mean \($0)?" }
                        ?? "Count the elements from 0.")
            }
            path[depth] = String(index)
            var element = sequence[index]
            try put(value, into: &element, at: &path, from: depth + 1, argument: argument)
            sequence[index] = element
            node = .sequence(sequence)
        case .mapping(var mapping):
            let key = Node(path[depth])
            var member = mapping[key] ?? Node([(Node, Node)]())
            try put(value, into: &member, at: &path, from: depth + 1, argument: argument)
            mapping[key] = member
            node = .mapping(mapping)
        case .scalar, .alias:
            var mapping = Node([(Node, Node)]())
            try put(value, into: &mapping, at: &path, from: depth, argument: argument)
            node = mapping
        }
    }
}
