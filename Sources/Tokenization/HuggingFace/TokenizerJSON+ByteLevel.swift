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
        preparation.addsSpace = preTokenizers[0]["add_prefix_space"] as? Bool ?? true
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

    /// The tokens that are put in front of a text and after it.
    ///
    /// - Throws: `InputError` where there is not one of each.
    func textEnds() throws -> (begin: String, end: String) {
        let expected = "one token in front of a text and one after it"
        guard let step = postProcessors.first(where: { $0.type != "ByteLevel" }) else {
            throw unsupported("post_processor", expected: expected, found: "none")
        }
        // Special tokens, with nil for the text.
        let parts: [String?]
        switch step.type {
        case "TemplateProcessing":
            parts = (step["single"] as? [Step] ?? []).map { part in
                (part["SpecialToken"] as? Step)?["id"] as? String
            }
        case "RobertaProcessing", "BertProcessing":
            let ends = ["cls", "sep"].map { (step[$0] as? [Any])?.first as? String }
            parts = [ends[0], nil, ends[1]]
        default: throw unsupported("post_processor", expected: expected, found: step.type)
        }
        guard parts.count == 3, let begin = parts[0], parts[1] == nil, let end = parts[2] else {
            throw unsupported(
                "post_processor", expected: expected,
                found: parts.map { $0 ?? "text" }.joined(separator: " "))
        }
        return (begin, end)
    }
}
