import Diagnostics
import Foundation

extension DataRecipe {
    /// Keys of `data`.
    enum Key: String, CaseIterable {
        case manifest, languages
        case missingLanguages = "missing_languages"
        case temperature
        case maxEpochs = "max_epochs"
        case proportions
    }

    /// What to do about listed languages that the manifest lacks.
    enum MissingLanguages: String, CaseIterable {
        case error, skip
    }

    /// A phase's data; what a variant leaves out is as in `inherited`.
    init(_ value: RecipeValue, inheriting inherited: DataRecipe?) throws {
        let fields = try value.fields(Key.self, of: "data")
        if let inherited, fields[.manifest] == nil {
            manifest = inherited.manifest
        } else {
            manifest = try fields.required(
                .manifest, remedy: "Name the manifest that mmbert data build wrote."
            ).path(to: "a manifest")
        }
        languages =
            try fields[.languages].map(LanguageSelection.init) ?? inherited?.languages ?? .all
        let missing: MissingLanguages? = try fields[.missingLanguages]?.choice()
        skipsMissingLanguages =
            missing.map { $0 == .skip } ?? inherited?.skipsMissingLanguages ?? false
        temperature =
            try fields[.temperature]?.number(
                expected: "a number from 0 to 1",
                remedy: "1 leaves the languages as they are, 0 makes them equal."
            ) { (0...1).contains($0) } ?? inherited?.temperature ?? 1
        maxEpochs = try fields[.maxEpochs].map(Self.epochs) ?? inherited?.maxEpochs
        proportions =
            try fields[.proportions].map(Self.proportions) ?? inherited?.proportions ?? []
    }

    private static func epochs(_ value: RecipeValue) throws -> Double? {
        if value.text == "unlimited" { return nil }
        return try value.number(
            expected: "a number above 0, or unlimited",
            remedy: "Write how often a language may be read through, such as 5."
        ) { $0 > 0 }
    }

    private static func proportions(_ value: RecipeValue) throws -> [Proportion] {
        let shares = try value.members(of: "fixed shares of languages").map { language, value in
            Proportion(
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
        _ codes: [(code: String, location: String)], in value: RecipeValue
    ) throws -> [String] {
        var seen = Set<String>()
        for (code, location) in codes where !seen.insert(code).inserted {
            throw InputError(
                at: location, expected: "every language once", found: "\(code) again",
                remedy: "Remove one of them.")
        }
        guard !codes.isEmpty else {
            throw value.error(
                expected: "at least one language", found: "none",
                remedy: "Write all for every language of the manifest.")
        }
        return codes.map(\.code)
    }
}
