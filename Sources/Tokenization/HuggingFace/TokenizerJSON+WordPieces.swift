extension TokenizerJSON {
    /// What becomes of text before BERT's words are cut in pieces.
    ///
    /// - Throws: `InputError` naming the key of what is not read.
    func wordPreparation(
        _ normalizers: [Step], _ preTokenizers: [Step]
    ) throws -> TextPreparation {
        guard preTokenizers.map(\.type) == ["BertPreTokenizer"] else {
            throw unsupported(
                "pre_tokenizer", expected: "BertPreTokenizer with WordPiece",
                found: preTokenizers.isEmpty
                    ? "none" : preTokenizers.map(\.type).joined(separator: ", "))
        }
        var preparation = TextPreparation()
        preparation.normalizers = try normalizers.flatMap { step in
            try self.normalizers(settings.normalizer(step))
        }
        for token in addedTokens {
            let text = String(decoding: token.content, as: UTF8.self)
            guard !token.isWholeWord else {
                throw unsupported(
                    "added_tokens", expected: "tokens that are found anywhere",
                    found: "\"\(text)\"")
            }
            if token.isNormalized {
                let content = TextNormalizer.normalized(
                    token.content, by: preparation.normalizers)
                if !content.isEmpty {
                    preparation.normalizedTokens.insert(token, content: content)
                }
            } else {
                preparation.addedTokens.insert(token)
            }
        }
        return preparation
    }

    /// BERT's tokenizer from the lines of a `vocab.txt`, as transformers makes it.
    ///
    /// - Throws: `InputError` where the special tokens are missing.
    init(
        vocabulary text: [UInt8], path: String, companions: [(name: String, content: [UInt8])]
    ) throws {
        try self.init(path: path, companions: companions)
        model = .wordPieces
        continuation = Array("##".utf8)
        vocabulary = Self.lines(of: text).enumerated().map { ($1, $0) }
        var ids: [[UInt8]: Int] = [:]
        for (content, id) in vocabulary { ids[content] = id }
        if let (text, id) = vocabulary.first(where: { ids[$0.text] != $0.id }) {
            throw unsupported(
                "line \(id + 1)", expected: "every token once",
                found: "\"\(String(decoding: text, as: UTF8.self))\" again later")
        }
        let names = try SpecialTokens.piecesOfWords.map { name in
            let role = Self.roles[name].flatMap { settings.roles[$0] } ?? name
            guard let id = ids[Array(role.utf8)] else {
                throw unsupported(
                    "\(vocabulary.count) lines", expected: "a line with \(role)", found: "none")
            }
            addedTokens.append(
                AddedToken(id: id, content: Array(role.utf8), isNormalized: false))
            return (text: role, id: id)
        }
        unknownToken = Array(names[3].text.utf8)
        addedTokens.sort { $0.id < $1.id }
        postProcessors = [
            [
                "type": "BertProcessing", "sep": [names[1].text, names[1].id] as [Any],
                "cls": [names[2].text, names[2].id] as [Any],
            ]
        ]
        try resolveAddedTokens(settings)
        let normalizer = ["type": "BertNormalizer"]
        kind = .wordPieces(
            try wordPreparation(
                [settings.normalizer(normalizer, isClassKnown: true)],
                [["type": "BertPreTokenizer"]]))
    }

    private static let roles = [
        "[PAD]": "pad_token", "[SEP]": "sep_token", "[CLS]": "cls_token", "[UNK]": "unk_token",
        "[MASK]": "mask_token",
    ]

    /// The lines of a text, without their ends.
    private static func lines(of text: [UInt8]) -> [[UInt8]] {
        var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.map { $0.last == 0x0d ? Array($0.dropLast()) : Array($0) }
    }
}
