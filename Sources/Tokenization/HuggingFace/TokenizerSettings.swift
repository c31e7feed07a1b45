import Diagnostics
import Formats
import Foundation
import Serialization

/// What the files beside a `tokenizer.json` say, as transformers reads them: tokens that are added
/// or looked for by other rules, the tokens' roles, and what its class of tokenizers changes.
///
/// `tokenizer_config.json` comes first. The two files of older versions, `special_tokens_map.json`
/// and `added_tokens.json`, change ids only where it has no `added_tokens_decoder`.
struct TokenizerSettings {
    /// The token of each role, such as `mask_token`.
    let roles: [String: String]
    /// Tokens that are added to those of the file, in this order.
    private(set) var addedTokens: [TokenizerJSON.AddedToken] = []
    /// The name of the file that these are in.
    let tokensName: String

    private let folder: String
    private let configuration: [String: Any]

    /// - Parameters:
    ///   - files: those beside the file.
    ///   - path: the file.
    /// - Throws: `InputError` where one of them is not a JSON object.
    init(_ files: [(name: String, content: [UInt8])], beside path: String) throws {
        folder = Folder.parent(of: path)
        let folder = folder
        func object(_ name: String) throws -> [String: Any]? {
            guard let file = files.first(where: { $0.name == name }) else { return nil }
            let value = try? JSONSerialization.jsonObject(with: Data(file.content))
            if let object = value as? [String: Any] { return object }
            throw InputError(
                at: Folder.join(folder, name), expected: "a JSON object", found: "something else",
                remedy: "Copy the file again, or save the tokenizer again.")
        }
        configuration = try object(TokenizerFolder.configurationName) ?? [:]
        let map = try object(TokenizerFolder.specialTokensName) ?? [:]
        let decoder = configuration["added_tokens_decoder"] as? [String: Any]
        let named = decoder == nil ? configuration.merging(map) { $1 } : configuration
        roles = Self.roles(map).merging(Self.roles(named)) { $1 }
        addedTokens = Self.tokens(of: decoder ?? [:])
        let legacy = files.first { $0.name == TokenizerFolder.addedTokensName }
        tokensName =
            decoder == nil
            ? legacy?.name ?? TokenizerFolder.specialTokensName : TokenizerFolder.configurationName
        if decoder == nil, let legacy { addedTokens += try legacyTokens(legacy.content) }
        addedTokens += Self.specialTokens(
            of: named, besides: addedTokens, isDecoded: decoder != nil)
    }

    /// The path of one of the files.
    func path(of name: String) -> String { Folder.join(folder, name) }

    // MARK: Tokens

    private static func roles(_ object: [String: Any]) -> [String: String] {
        object.compactMapValues(content)
    }

    /// A token is a string, or an object that says how it is looked for.
    private static func content(_ value: Any) -> String? {
        value as? String ?? (value as? [String: Any])?["content"] as? String
    }

    private static func token(
        _ value: Any, isSpecial: Bool
    ) -> TokenizerJSON.AddedToken? {
        guard let content = content(value) else { return nil }
        let object = value as? [String: Any] ?? [:]
        func flag(_ key: String, _ otherwise: Bool) -> Bool { object[key] as? Bool ?? otherwise }
        return TokenizerJSON.AddedToken(
            content: Array(content.utf8),
            isNormalized: flag("normalized", !flag("special", isSpecial)),
            takesSpaceBefore: flag("lstrip", false), takesSpaceAfter: flag("rstrip", false),
            isWholeWord: flag("single_word", false))
    }

    /// `added_tokens_decoder`, in the order of its ids, which do not count otherwise.
    private static func tokens(of decoder: [String: Any]) -> [TokenizerJSON.AddedToken] {
        let numbered = decoder.compactMap { key, value in Int(key).map { ($0, value) } }
        return numbered.sorted { $0.0 < $1.0 }.compactMap { token($0.1, isSpecial: false) }
    }

    /// `added_tokens.json`: texts and ids, in its order.
    private func legacyTokens(_ content: [UInt8]) throws -> [TokenizerJSON.AddedToken] {
        var tokens: [TokenizerJSON.AddedToken] = []
        let special = Set(Self.allSpecial(configuration).compactMap(Self.content))
        do {
            var reader = JSONReader(content)
            try reader.table { reader, text in
                try reader.skip()
                let isSpecial = special.contains(String(decoding: text, as: UTF8.self))
                tokens.append(.init(content: text, isNormalized: !isSpecial))
            }
        } catch let error as JSONError {
            throw InputError(
                at: "\(path(of: TokenizerFolder.addedTokensName)):\(error.line(in: content))",
                expected: "JSON, here \(error.expected)", found: error.found(in: content),
                remedy: "Copy the file again, or save the tokenizer again.")
        }
        return tokens
    }

    private static let roleNames = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// The tokens with roles and those without, in the order in which transformers adds them.
    private static func allSpecial(_ object: [String: Any]) -> [Any] {
        roleNames.compactMap { object[$0] }
            + (object["additional_special_tokens"] as? [Any] ?? [])
            + ((object["extra_special_tokens"] as? [String: Any])?.sorted { $0.key < $1.key }
                .map(\.value) ?? [])
    }

    /// Special tokens that are looked for, too, besides `others`.
    ///
    /// - Parameter isDecoded: whether there is an `added_tokens_decoder`: only then does an object
    ///   change how a token of the file is looked for.
    private static func specialTokens(
        of object: [String: Any], besides others: [TokenizerJSON.AddedToken], isDecoded: Bool
    ) -> [TokenizerJSON.AddedToken] {
        var known = Set(others.map(\.content))
        return allSpecial(object).compactMap { value in
            guard var token = token(value, isSpecial: true),
                known.insert(token.content).inserted
            else { return nil }
            token.isOnlyAdded = value is String || !isDecoded
            return token
        }
    }
}

// MARK: Classes

extension TokenizerSettings {
    /// Classes of transformers that put `bos_token` in front of a text and `eos_token` behind it as
    /// they are told, whatever the file says, with whether they do so untold.
    private static let classes: [String: (begin: Bool, end: Bool)] = [
        "LlamaTokenizer": (true, false), "CodeLlamaTokenizer": (true, false),
        "GemmaTokenizer": (true, false), "CohereTokenizer": (true, false),
        "GPTNeoXTokenizer": (false, false),
    ]

    private var className: String {
        let name = configuration["tokenizer_class"] as? String ?? ""
        return name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
    }

    /// What the class puts around a text, nil for none; nil where the file says it.
    var textEnds: (begin: String?, end: String?)? {
        guard let usual = Self.classes[className] else { return nil }
        func token(_ role: String, _ isUsual: Bool) -> String? {
            configuration["add_\(role)"] as? Bool ?? isUsual ? roles[role] : nil
        }
        return (token("bos_token", usual.begin), token("eos_token", usual.end))
    }

    /// Whether long texts lose their front, and not their end; nil where the file says it.
    var cutsFront: Bool? { (configuration["truncation_side"] as? String).map { $0 == "left" } }

    /// Whether a byte-level tokenizer puts a space in front of a text; nil where the file says it.
    var addsPrefixSpace: Bool? {
        configuration.isEmpty ? nil : configuration["add_prefix_space"] as? Bool ?? false
    }

    /// A normalizer as the class makes it anew: BERT's goes by the keys of its own, whatever the file
    /// says.
    ///
    /// - Parameter isClassKnown: whether it is BERT's whatever the name.
    func normalizer(_ step: [String: Any], isClassKnown: Bool = false) -> [String: Any] {
        guard step.type == "BertNormalizer", isClassKnown || className == "BertTokenizer" else {
            return step
        }
        var step = step
        step["lowercase"] = configuration["do_lower_case"] as? Bool ?? true
        step["handle_chinese_chars"] = configuration["tokenize_chinese_chars"] as? Bool ?? true
        step["strip_accents"] = configuration["strip_accents"] as? Bool
        return step
    }

    /// The name of the class of tokenizers, without “Fast”; nil where no file has one.
    var knownClass: String? { className.isEmpty ? nil : className }

    /// - Throws: `InputError` naming a key with which transformers does what this library does not.
    func rejectUnsupported() throws {
        func refuse(_ key: String, _ expected: String, _ found: String) -> InputError {
            InputError(
                at: "\(path(of: TokenizerFolder.configurationName)): \(key)", expected: expected,
                found: found,
                remedy: "Load the tokenizer in transformers and save it with save_pretrained, or "
                    + "make token ids with it.")
        }
        for key in ["split_special_tokens", "from_slow"]
        where configuration[key] as? Bool ?? false {
            throw refuse(key, "false or no such key", "true")
        }
        let rebuilt = ["LlamaTokenizer", "CodeLlamaTokenizer"]
        if rebuilt.contains(className), let adds = configuration["add_prefix_space"] as? Bool {
            throw refuse(
                "add_prefix_space", "no such key with \(className), which makes another tokenizer",
                "\(adds)")
        }
        if configuration["auto_map"] != nil {
            throw refuse("auto_map", "a class of transformers itself", "code of its own")
        }
    }
}
