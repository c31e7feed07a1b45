import Foundation

extension TokenizerJSON {
    /// The steps of a normalizer.
    ///
    /// - Throws: `InputError` naming the kind that is not read.
    func normalizers(_ step: Step) throws -> [TextNormalizer] {
        func flag(_ key: String, _ otherwise: Bool) -> Bool { step[key] as? Bool ?? otherwise }
        if let form = UnicodeForm(rawValue: step.type) { return [.form(form)] }
        switch step.type {
        case "Precompiled": return [.characterMap(try characterMap(step))]
        case "Strip":
            return [.strip(front: flag("strip_left", true), behind: flag("strip_right", true))]
        case "Lowercase": return [.lowercase]
        case "StripAccents": return [.removeMarks(nonspacingOnly: false)]
        case "Replace": return [try replacement(step)]
        case "BertNormalizer":
            let lowercases = flag("lowercase", true)
            let separates = flag("handle_chinese_chars", true)
            let removesMarks = flag("strip_accents", lowercases)
            return (flag("clean_text", true) ? [.clean] : [])
                + (separates ? [.separateChinese] : [])
                + (removesMarks
                    ? [.form(.decomposed), .removeMarks(nonspacingOnly: true)] : [])
                + (lowercases ? [.lowercase] : [])
        default:
            throw unsupported(
                "normalizer",
                expected: "Precompiled, Replace, Strip, Lowercase, StripAccents, BertNormalizer, "
                    + "NFC, NFD, NFKC or NFKD", found: step.type)
        }
    }

    private func characterMap(_ step: Step) throws -> CharacterMap {
        let text = step["precompiled_charsmap"] as? String ?? ""
        guard let bytes = Data(base64Encoded: text), let map = CharacterMap(Array(bytes)) else {
            throw unsupported(
                "normalizer.precompiled_charsmap",
                expected: "SentencePiece's map of characters in Base64",
                found: text.isEmpty ? "nothing" : "\(text.utf8.count) characters that are none")
        }
        return map
    }

    /// The text that a `Replace` or `Split` looks for; nil where it is another pattern.
    func pattern(_ step: Step) -> String? {
        (step["pattern"] as? Step)?["String"] as? String
    }

    private func replacement(_ step: Step) throws -> TextNormalizer {
        let content = Array((step["content"] as? String ?? "").utf8)
        let expression = (step["pattern"] as? Step)?["Regex"] as? String
        if let pattern = pattern(step), !pattern.isEmpty {
            return .replace(Array(pattern.utf8), by: content)
        }
        guard expression == " {2,}" else {
            throw unsupported(
                "normalizer.pattern", expected: "a text, or the expression \" {2,}\"",
                found: expression.map { "\"\($0)\"" } ?? "none")
        }
        return .spaceRuns(becoming: content)
    }
}
