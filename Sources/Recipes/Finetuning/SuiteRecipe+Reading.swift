import Diagnostics
import Formats
import Yams

extension SuiteRecipe {
    /// What the command line says beside a suite's file.
    public struct Changes: Sendable {
        /// `seeds=[1]` and the like, applied in order.
        public var overrides: [String] = []
        /// Names and folders of models that take the place of the suite's.
        public var models: [(name: String, folder: String)] = []
        /// Where relative paths of labelled files start; nil for what the suite says.
        public var dataFolder: String?
        /// The tasks that are run, with those that they start from; empty for all.
        public var only: [String] = []

        /// No changes.
        public init() {}
    }

    /// Reads and checks a suite; the files it names are not looked at, but for those that a path
    /// with `{lang}` stands for.
    ///
    /// - Parameters:
    ///   - path: the YAML file; relative paths in it are relative to its folder.
    ///   - changes: folders in it are absolute.
    /// - Throws: `InputError` naming file, line, key, what was expected and what was found.
    public static func read(_ path: String, changes: Changes = Changes()) throws -> SuiteRecipe {
        var source = try RecipeSource(file: path, kind: .suite)
        for override in changes.overrides { try source.override(override) }
        if !changes.models.isEmpty {
            let models = changes.models.map { (Node($0.name), Node($0.folder)) }
            try source.put(Node(models), at: ["models"])
        }
        if let folder = changes.dataFolder { try source.put(Node(folder), at: ["data_folder"]) }
        if !changes.only.isEmpty { try source.keep(changes.only) }
        return try source.value.read(as: form)
    }

    /// The suite as YAML text with every default written out.
    public func resolvedYAML() -> String { (Self.form.write(self) ?? .mapping([])).yaml }
}

extension RecipeSource {
    /// Removes all tasks but `names` and those that they start from, also from the tables.
    fileprivate mutating func keep(_ names: [String]) throws {
        guard let tasks = value(at: ["tasks"]), case .mapping(let mapping) = tasks.node else {
            return
        }
        let known = Array(mapping.keys.compactMap { $0.scalar?.string })
        if let name = names.first(where: { !known.contains($0) }) {
            throw InputError(
                at: "--only \(name)",
                expected: "a task of the suite: \(known.joined(separator: ", "))", found: name,
                remedy: nearestName(to: name, among: known).map { "Did you mean \($0)?" }
                    ?? "Name one of them.")
        }
        var kept: [String] = []
        var open = names
        while let name = open.popLast() {
            guard !kept.contains(name) else { continue }
            kept.append(name)
            let start = value(at: ["tasks", name, "start_from"])?.text
            if let start, known.contains(start) { open.append(start) }
        }
        let rest = mapping.filter { kept.contains($0.key.scalar?.string ?? "") }
        try put(Node(rest.map { ($0.key, $0.value) }), at: ["tasks"])
        try keepColumns(kept, of: known)
    }

    private mutating func keepColumns(_ kept: [String], of known: [String]) throws {
        guard let tables = value(at: ["tables"]), case .sequence(let list) = tables.node else {
            return
        }
        var rest: [Node] = []
        for (number, table) in list.enumerated() {
            guard
                case .sequence(let columns)? = value(at: ["tables", "\(number)", "columns"])?.node
            else {
                rest.append(table)
                continue
            }
            let names = columns.filter { column in
                let name = column.scalar?.string ?? ""
                return kept.contains(name) || !known.contains(name)
            }
            guard !names.isEmpty, case .mapping(var mapping) = table else { continue }
            mapping[Node("columns")] = Node(Array(names))
            rest.append(Node.mapping(mapping))
        }
        try put(Node(rest), at: ["tables"])
    }
}
