import Diagnostics
import Formats
import Foundation

/// Sources of a manifest.
public enum LanguageSelection: Sendable, Equatable {
    /// Every one.
    case all
    /// Those of the `n` languages with the most tokens.
    case largest(Int)
    /// Those of the languages with these codes.
    case listed([String])
    /// Those with these names.
    case named([String])
}

extension Form<LanguageSelection> {
    /// `all`, `{largest: 12}`, a list of codes, or the path of a file with a code per line.
    static var languages: Form {
        Form(
            read: { value, _ in
                if value.isMapping { return .largest(try value.read(as: largest)) }
                if value.isList {
                    return .listed(
                        try names(
                            in: value, of: "language codes", expected: "a language code",
                            remedy: "Write it like deu_Latn.", kind: "language"))
                }
                return value.text == "all" ? .all : .listed(try codes(inFile: value))
            },
            write: { selection in
                switch selection {
                case .all: .text("all")
                case .largest(let count): largest.write(count)
                case .listed(let names), .named(let names): .list(names.map(YAMLTree.text))
                }
            })
    }

    /// Names of sources: a list.
    static var sources: Form {
        Form(
            read: { value, _ in
                .named(
                    try names(
                        in: value, of: "names of sources", expected: "a source's name",
                        remedy: "The manifest says it under name, or else under language.",
                        kind: "source"))
            },
            write: languages.write)
    }

    /// A selection by size.
    private static var largest: Form<Int> {
        .section("a selection of languages", new: 1, isWhole: true) {
            Key("largest", \.self, .count(of: "languages"), required: "Write {largest: 12}.")
        }
    }

    private static func names(
        in value: RecipeValue, of things: String, expected: String, remedy: String, kind: String
    ) throws -> [String] {
        let names = try value.list(of: things).map { element in
            (try element.read(as: .text(expected: expected, remedy: remedy)), element.location)
        }
        return try unique(names, in: value, of: kind)
    }

    /// The codes in a file: one per line; as `ListFile` reads them.
    private static func codes(inFile value: RecipeValue) throws -> [String] {
        let path = try value.read(as: .path(to: "a list of languages"))
        guard try Folder.exists(path) else {
            throw value.error(
                expected: "all, {largest: 12}, a list of codes, or a file with a code per line",
                found: "\(value.description), which is not a readable file",
                remedy: "Relative paths start at the recipe's folder.")
        }
        let codes = try ListFile.entries(of: path).map { ($0.text, $0.location) }
        return try unique(codes, in: value, of: "language")
    }

    private static func unique(
        _ names: [(name: String, location: String)], in value: RecipeValue, of kind: String
    ) throws -> [String] {
        var seen = Set<String>()
        for (name, location) in names where !seen.insert(name).inserted {
            throw InputError(
                at: location, expected: "every \(kind) once", found: "\(name) again",
                remedy: "Remove one of them.")
        }
        try value.require(
            !names.isEmpty, expected: "at least one \(kind)", found: "none",
            remedy: kind == "language"
                ? "Write all for every language of the manifest."
                : "Leave the key out for every source of the manifest.")
        return names.map(\.name)
    }
}
