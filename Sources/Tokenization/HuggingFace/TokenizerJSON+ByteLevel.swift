extension TokenizerJSON {
    /// What becomes of text whose pairs of bytes are joined.
    ///
    /// - Throws: `InputError` naming the key of what is not read.
    func byteLevelPreparation(
        _ normalizers: [Step], _ preTokenizers: [Step]
    ) throws -> ByteLevelCodec.Preparation {
        guard preTokenizers.count == 1, preTokenizers[0]["use_regex"] as? Bool ?? true else {
            throw unsupported(
                "pre_tokenizer", expected: "ByteLevel alone, with its own pattern",
                found: preTokenizers.count == 1
                    ? "ByteLevel without it" : preTokenizers.map(\.type).joined(separator: ", "))
        }
        guard model == .bytePairs else {
            throw unsupported(
                "model.type", expected: "BPE with ByteLevel", found: model.rawValue)
        }
        guard !hasByteFallback else {
            throw unsupported(
                "model.byte_fallback", expected: "false with ByteLevel", found: "true")
        }
        var preparation = ByteLevelCodec.Preparation()
        let addsSpace = preTokenizers[0]["add_prefix_space"] as? Bool ?? true
        // transformers makes the step anew by its own settings where it stands alone.
        preparation.addsSpace =
            hasOnePreTokenizer ? settings.addsPrefixSpace ?? addsSpace : addsSpace
        for step in normalizers {
            guard let form = UnicodeForm(rawValue: step.type) else {
                throw unsupported(
                    "normalizer", expected: "NFC, NFD, NFKC, NFKD or none", found: step.type)
            }
            preparation.forms.append(form)
        }
        for token in addedTokens {
            guard !token.isWholeWord, !token.content.isEmpty else {
                throw unsupported(
                    "added_tokens", expected: "tokens that are found anywhere",
                    found: "\"\(String(decoding: token.content, as: UTF8.self))\"")
            }
            if token.isNormalized {
                preparation.normalizedTokens.insert(
                    token, content: UnicodeForm.normalized(token.content, by: preparation.forms))
            } else {
                preparation.addedTokens.insert(token)
            }
        }
        return preparation
    }
}
