extension Tokenizer {
    /// A text in small letters, letter by letter, as the tokenizers library's `Lowercase` makes it
    /// in front of all other normalizers: tokens that are looked for in the text as it is stay.
    public func lowercased(_ text: String) -> String {
        var text = text
        return text.withUTF8 { utf8 in
            var small: [UInt8] = []
            codec.addedTokens.forEachPart(of: utf8) { _, range in
                small += utf8[range]
            } between: { range in
                small += TextNormalizer.normalized(Array(utf8[range]), by: [.lowercase])
            }
            return String(decoding: small, as: UTF8.self)
        }
    }
}
