extension TokenizerJSON {
    /// What becomes of text between added tokens where spaces become U+2581.
    ///
    /// - Throws: `InputError` naming the key of what SentencePiece does not do.
    func sentencePiecePreparation(
        _ normalizers: [Step], _ preTokenizers: [Step]
    ) throws -> TextPreparation {
        // SentencePiece makes one unknown token of neighbouring unknown characters, and so does the
        // tokenizers library in unigram models.
        guard model == .unigram || hasByteFallback || fusesUnknown && unknownToken != nil else {
            throw unsupported(
                "model.fuse_unk", expected: "true, or byte_fallback", found: "neither")
        }
        func pattern(_ step: Step) -> String? {
            (step["pattern"] as? [String: Any])?["String"] as? String
        }
        var preparation = TextPreparation()
        var replacesSpaces = false
        for step in normalizers {
            switch step.type {
            case "Replace" where pattern(step) == " " && step["content"] as? String == "▁":
                replacesSpaces = true
            case "Prepend" where step["prepend"] as? String == "▁" && normalizers.count == 2:
                preparation.prefix = .everySegment
                preparation.prefixesSpaces = true
            default:
                throw unsupported(
                    "normalizer", expected: "spaces replaced by U+2581, perhaps one put in front",
                    found: step.type)
            }
        }
        for step in preTokenizers {
            switch step.type {
            // No space is left where this could split.
            case "Split" where pattern(step) == " " && replacesSpaces: continue
            case "Metaspace"
            where step["replacement"] as? String == "▁" && preparation.prefix == .none:
                replacesSpaces = true
                let scheme = step["prepend_scheme"] as? String
                let adds = step["add_prefix_space"] as? Bool ?? true
                preparation.prefix =
                    switch scheme ?? (adds ? "always" : "never") {
                    case "never": .none
                    case "first": .firstSegment
                    default: .everySegment
                    }
                preparation.splitsAtSpaces = step["split"] as? Bool ?? true
            default:
                throw unsupported(
                    "pre_tokenizer",
                    expected: "Metaspace, a split at spaces, ByteLevel, or none", found: step.type)
            }
        }
        guard replacesSpaces else {
            throw unsupported(
                "normalizer", expected: "spaces replaced by U+2581", found: "spaces that stay")
        }
        try addTokens(to: &preparation)
        return preparation
    }

    private func addTokens(to preparation: inout TextPreparation) throws {
        for token in addedTokens
        where model == .unigram || !Self.control.contains(token.content) {
            let text = String(decoding: token.content, as: UTF8.self)
            guard !token.isWholeWord, !text.contains(" ") else {
                throw unsupported(
                    "added_tokens", expected: "tokens that are found anywhere, without a space",
                    found: "\"\(text)\"")
            }
            // No space would be put after such a token.
            guard !token.isNormalized || !preparation.prefixesSpaces else {
                throw unsupported(
                    "added_tokens", expected: "none that are normalized, with Prepend",
                    found: "\"\(text)\"")
            }
            guard token.isNormalized, text.unicodeScalars.contains("\u{2581}") else {
                preparation.addedTokens.insert(token)
                continue
            }
            // Found among spaces, as pieces are joined; what is around it is not cut again.
            guard model == .bytePairs, preparation.prefix == .none, !preparation.splitsAtSpaces
            else {
                throw unsupported(
                    "added_tokens",
                    expected: "no runs of U+2581 in unigram models or with spaces put in front",
                    found: "\"\(text)\"")
            }
        }
    }
}
