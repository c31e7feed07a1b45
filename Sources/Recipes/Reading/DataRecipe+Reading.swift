import Diagnostics
import Foundation

extension DataRecipe {
    /// Keys of `data`.
    enum Key: String, CaseIterable {
        case manifest, languages, sources
        case missingLanguages = "missing_languages"
        case sampling, temperature
        case maxEpochs = "max_epochs"
        case entry, proportions, groups
        case verifyHashes = "verify_hashes"
    }

    /// What to do about listed languages or sources that the manifest lacks.
    enum MissingLanguages: String, CaseIterable {
        case error, skip
    }

    /// What a phase of `tokens` tokens reads; what a variant leaves out is as in `inherited`.
    init(_ value: RecipeValue, tokens: Int, inheriting inherited: DataRecipe?) throws {
        let fields = try value.fields(Key.self, of: "data")
        verifiesHashes =
            try fields[.verifyHashes]?.boolean() ?? inherited?.verifiesHashes ?? true
        var group = inherited?.onlyGroup ?? DataGroup()
        try group.read(
            GroupFields(
                manifest: fields[.manifest], languages: fields[.languages],
                sources: fields[.sources], missingLanguages: fields[.missingLanguages],
                sampling: fields[.sampling], temperature: fields[.temperature],
                maxEpochs: fields[.maxEpochs], entry: fields[.entry]), tokens: tokens)
        if let list = fields[.groups] {
            groups = try Self.groups(
                list, tokens: tokens, basedOn: group, beside: fields[.proportions])
        } else if let inherited, inherited.onlyGroup == nil {
            groups = try inherited.groups.map { group in
                try Self.group(group, tokens: tokens, changedBy: fields)
            }
        } else {
            if group.manifest.isEmpty {
                _ = try fields.required(
                    .manifest, remedy: "Name the manifest that mmbert data build wrote.")
            }
            group.proportions =
                try fields[.proportions].map(Self.proportions) ?? group.proportions
            groups = [group]
        }
        if groups.contains(where: { $0.sampling == .uniMax && $0.maxEpochs == nil }) {
            throw (fields[.maxEpochs] ?? fields[.sampling] ?? value).error(
                expected: "max_epochs beside sampling unimax", found: "no limit",
                remedy: "Say how often a language may be read through, such as max_epochs: 4.")
        }
    }

    private static func proportions(_ value: RecipeValue) throws -> [DataGroup.Proportion] {
        let shares = try value.members(of: "fixed shares of languages").map { language, value in
            DataGroup.Proportion(
                language: language,
                share: try value.share(of: "the phase's tokens", such: "0.35"))
        }
        let sum = shares.reduce(0) { $0 + $1.share }
        guard sum <= 1 + 1e-9 else {
            throw value.error(
                expected: "shares that add up to at most 1",
                found: "shares that add up to \(Quantity.text(rounding: sum))",
                remedy: "What is left of 1 goes to the other languages by temperature.")
        }
        return shares
    }
}

extension LanguageSelection {
    /// Key of a selection by size.
    enum Key: String, CaseIterable {
        case largest
    }

    /// `all`, `{largest: 12}`, a list of codes, or the path of a file with a code per line.
    init(_ value: RecipeValue) throws {
        switch value.node {
        case .mapping:
            let fields = try value.fields(Key.self, of: "a selection of languages")
            let largest = try fields.required(.largest, remedy: "Write {largest: 12}.")
            self = .largest(try largest.count(of: "languages"))
        case .sequence:
            let codes = try value.list(of: "language codes").map { element in
                (
                    try element.text(
                        expected: "a language code", remedy: "Write it like deu_Latn."),
                    element.location
                )
            }
            self = .listed(try Self.unique(codes, in: value))
        case .scalar, .alias:
            self = value.text == "all" ? .all : .listed(try Self.file(value))
        }
    }

    /// Names of sources: a list.
    init(names value: RecipeValue) throws {
        let names = try value.list(of: "names of sources").map { element in
            (
                try element.text(
                    expected: "a source's name",
                    remedy: "The manifest says it under name, or else under language."),
                element.location
            )
        }
        self = .named(try Self.unique(names, in: value, of: "source"))
    }

    /// The codes in a file: one per line; empty lines and what follows `#` do not count.
    private static func file(_ value: RecipeValue) throws -> [String] {
        let expected = "all, {largest: 12}, a list of codes, or a file with a code per line"
        let path = try value.path(to: "a list of languages")
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw value.error(
                expected: expected, found: "\(value.description), which is no readable file",
                remedy: "Relative paths start at the recipe's folder.")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let codes = lines.enumerated().compactMap { number, line -> (String, String)? in
            let code = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            return code.isEmpty ? nil : (code, "\(path):\(number + 1)")
        }
        return try unique(codes, in: value)
    }

    private static func unique(
        _ codes: [(code: String, location: String)], in value: RecipeValue,
        of kind: String = "language"
    ) throws -> [String] {
        var seen = Set<String>()
        for (code, location) in codes where !seen.insert(code).inserted {
            throw InputError(
                at: location, expected: "every \(kind) once", found: "\(code) again",
                remedy: "Remove one of them.")
        }
        guard !codes.isEmpty else {
            throw value.error(
                expected: "at least one \(kind)", found: "none",
                remedy: kind == "language"
                    ? "Write all for every language of the manifest."
                    : "Leave the key out for every source of the manifest.")
        }
        return codes.map(\.code)
    }
}
