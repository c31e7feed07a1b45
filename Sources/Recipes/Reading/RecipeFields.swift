import Diagnostics
import Yams

/// A mapping in a recipe whose keys are known: an unknown one is an error, and only known ones can
/// be asked for.
struct RecipeFields<Key: RawRepresentable & CaseIterable> where Key.RawValue == String {
    let value: RecipeValue
    private let members: [String: RecipeValue]

    /// - Throws: `InputError` if the value is no mapping or has an unknown key.
    init(_ value: RecipeValue, what: String) throws {
        let names = Key.allCases.map(\.rawValue)
        guard case .mapping(let mapping) = value.node else {
            throw value.error(
                expected: "\(what) with keys such as \(names.prefix(3).joined(separator: ", "))",
                remedy: "Write it as {\(names[0]): …}, or indented below its key.")
        }
        var members: [String: RecipeValue] = [:]
        for (key, node) in mapping {
            let name = key.scalar?.string ?? "?"
            let member = RecipeValue(node: node, path: value.path + [name], source: value.source)
            guard names.contains(name) else {
                let place = RecipeValue(node: key, path: member.path, source: value.source)
                throw place.error(
                    expected: "one of the keys \(names.joined(separator: ", "))",
                    found: "\"\(name)\"",
                    remedy: nearestName(to: name, among: names).map { "Did you mean \($0)?" }
                        ?? "Remove it.")
            }
            members[name] = member
        }
        self.value = value
        self.members = members
    }

    /// The value of a key, or nil where the recipe leaves it out.
    subscript(key: Key) -> RecipeValue? { members[key.rawValue] }

    /// The value of a key that must be there.
    func required(_ key: Key, remedy: String) throws -> RecipeValue {
        guard let member = members[key.rawValue] else {
            let place = RecipeValue(
                node: value.node, path: value.path + [key.rawValue], source: value.source)
            throw place.error(expected: "a value", found: "no such key", remedy: remedy)
        }
        return member
    }
}
