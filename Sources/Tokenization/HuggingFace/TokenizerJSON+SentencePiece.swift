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
        var preparation = TextPreparation()
        var replacesSpaces = false
        if model == .unigram, !isPlain(normalizers) {
            preparation.normalizers = try normalizers.flatMap(self.normalizers)
            replacesSpaces = normalizers.contains(where: replacesEverySpace)
        } else {
            replacesSpaces = try readSpaces(normalizers, &preparation)
        }
        for step in preTokenizers {
            switch step.type {
            // No space is left where this could split.
            case "Split" where pattern(step) == " " && replacesSpaces: continue
            case "WhitespaceSplit" where model == .unigram && !replacesSpaces:
                preparation.splitsAtWhiteSpace = true
            case "Metaspace"
            where step["replacement"] as? String == "▁" && preparation.prefix == .none:
                replacesSpaces = true
                try readMetaspace(step, &preparation)
            default:
                throw unsupported(
                    "pre_tokenizer",
                    expected: "Metaspace, WhitespaceSplit before it in unigram models, a split at "
                        + "spaces, ByteLevel, or none", found: step.type)
            }
        }
        guard replacesSpaces else {
            throw unsupported(
                "normalizer", expected: "spaces replaced by U+2581", found: "spaces that stay")
        }
        try addTokens(to: &preparation)
        return preparation
    }

    private func readMetaspace(_ step: Step, _ preparation: inout TextPreparation) throws {
        let scheme = step["prepend_scheme"] as? String
        let adds = step["add_prefix_space"] as? Bool ?? true
        preparation.prefix =
            switch scheme ?? (adds ? "always" : "never") {
            case "never": .none
            case "first": .firstSegment
            default: .everySegment
            }
        preparation.splitsAtSpaces = step["split"] as? Bool ?? true
        guard !preparation.splitsAtWhiteSpace || preparation.prefix == .everySegment else {
            throw unsupported(
                "pre_tokenizer", expected: "a space in front of every word after WhitespaceSplit",
                found: scheme ?? "none")
        }
    }

    /// Whether these are only about spaces, in the manner of byte pairs.
    private func isPlain(_ normalizers: [Step]) -> Bool {
        normalizers.allSatisfy { replacesEverySpace($0) || $0.type == "Prepend" }
    }

    private func replacesEverySpace(_ step: Step) -> Bool {
        step.type == "Replace" && pattern(step) == " " && step["content"] as? String == "▁"
    }

    /// - Returns: whether spaces become U+2581.
    private func readSpaces(
        _ normalizers: [Step], _ preparation: inout TextPreparation
    ) throws -> Bool {
        var replacesSpaces = false
        for step in normalizers {
            switch step.type {
            case _ where replacesEverySpace(step): replacesSpaces = true
            case "Prepend" where step["prepend"] as? String == "▁" && normalizers.count == 2:
                preparation.prefix = .everySegment
                preparation.prefixesSpaces = true
            default:
                throw unsupported(
                    "normalizer", expected: "spaces replaced by U+2581, perhaps one put in front",
                    found: step.type)
            }
        }
        return replacesSpaces
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
            if token.isNormalized, !preparation.normalizers.isEmpty {
                let content = TextNormalizer.normalized(
                    token.content, by: preparation.normalizers)
                if !content.isEmpty {
                    preparation.normalizedTokens.insert(token, content: content)
                }
                continue
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
