import Diagnostics
import Yams

/// A mapping whose keys are known: an unknown one is an error, and only known ones can be asked
/// for.
package struct YAMLFields<Source: YAMLSource> {
    /// The mapping.
    package let value: YAMLValue<Source>
    private let names: [String]
    private let members: [String: YAMLValue<Source>]

    /// - Throws: `InputError` if the value is not a mapping or has an unknown key.
    init(
        _ value: YAMLValue<Source>, names: [String], what: String, familiar: [String: String]
    ) throws {
        guard case .mapping(let mapping) = value.node else {
            throw value.error(
                expected: "\(what) with keys such as \(names.prefix(3).joined(separator: ", "))",
                remedy: "Write it as {\(names[0]): …}, or indented below its key.")
        }
        var members: [String: YAMLValue<Source>] = [:]
        for (key, node) in mapping {
            let name = key.scalar?.string ?? "?"
            let path = value.path + [name]
            guard names.contains(name) else {
                throw YAMLValue(node: key, path: path, source: value.source).error(
                    expected: "one of the keys \(names.joined(separator: ", "))",
                    found: "\"\(name)\"",
                    remedy: familiar[name]
                        ?? nearestName(to: name, among: names).map { "Did you mean \($0)?" }
                        ?? "Remove it.")
            }
            members[name] = YAMLValue(node: node, path: path, source: value.source)
        }
        (self.value, self.names, self.members) = (value, names, members)
    }

    /// The value of a key, or nil where it is left out.
    ///
    /// - Precondition: the key is a known one.
    package subscript(name: String) -> YAMLValue<Source>? {
        precondition(names.contains(name), "YAMLFields: \(name) is not among \(names)")
        return members[name]
    }

    /// The first of the keys `names` that is written.
    package func first(of names: [String]) -> YAMLValue<Source>? {
        names.lazy.compactMap { self[$0] }.first
    }

    /// The value of a key that must be there.
    package func required(_ name: String, remedy: String) throws -> YAMLValue<Source> {
        if let member = self[name] { return member }
        throw YAMLValue(node: value.node, path: value.path + [name], source: value.source)
            .error(expected: "a value", found: "no such key", remedy: remedy)
    }
}
