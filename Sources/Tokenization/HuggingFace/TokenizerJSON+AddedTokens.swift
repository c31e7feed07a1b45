extension TokenizerJSON {
    /// Gives added tokens the ids that they have in the tokenizers library, and adds those of
    /// `settings`: a token of the vocabulary has its id there, one that was added before keeps its
    /// id and is looked for by the new rules, and others get the next ids.
    ///
    /// - Throws: `InputError` where the file has another id.
    mutating func resolveAddedTokens(_ settings: TokenizerSettings) throws {
        let index = try vocabularyIndex()
        var resolved: [AddedToken] = []
        var places: [[UInt8]: Int] = [:]
        var largest = -1
        func add(_ token: AddedToken) -> Int {
            if let place = places[token.content] {
                let id = resolved[place].id
                if !token.isOnlyAdded { resolved[place] = token }
                resolved[place].id = id
                return id
            }
            let next = largest >= vocabulary.count ? largest + 1 : vocabulary.count
            let id = index.symbol(of: token.content[...]).map(Int.init) ?? next
            largest = max(largest, id)
            places[token.content] = resolved.count
            resolved.append(token)
            resolved[resolved.count - 1].id = id
            return id
        }
        for token in addedTokens where !token.content.isEmpty {
            let id = add(token)
            guard id == token.id else {
                throw unsupported(
                    "added_tokens",
                    expected:
                        "\"\(String(decoding: token.content, as: UTF8.self))\" with id \(id), "
                        + "as the tokenizers library numbers it", found: "\(token.id)")
            }
        }
        for token in settings.addedTokens where !token.content.isEmpty { _ = add(token) }
        addedTokens = resolved
    }

    /// The ids of the vocabulary's tokens. Of equal ones the last counts.
    ///
    /// - Throws: `InputError` where pairs are joined and two tokens are equal.
    private func vocabularyIndex() throws -> PieceIndex {
        var index = PieceIndex(capacity: vocabulary.count)
        for (text, id) in vocabulary.reversed() {
            guard index.insert(text[...], symbol: Int32(id)) || model == .unigram else {
                throw unsupported(
                    "model.vocab", expected: "every token once",
                    found: "\"\(String(decoding: text, as: UTF8.self))\" twice")
            }
        }
        return index
    }
}
