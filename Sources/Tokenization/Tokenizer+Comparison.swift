extension Tokenizer {
    /// The first thing in which two tokenizers differ, as two phrases, `has "the" as piece 5`; nil
    /// where they have the same pieces and special tokens and give the same ids to sample texts:
    /// some of many scripts, and every token that is no plain piece among spaces.
    ///
    /// - Precondition: both have as many pieces.
    public func firstDifference(from other: Tokenizer) -> (here: String, there: String)? {
        let places = zip(pieces, other.pieces)
        if let id = places.enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
            let pieces = [self, other].map { $0.piece(Int32(id)) }
            return ("has \"\(pieces[0])\" as piece \(id)", "has \"\(pieces[1])\"")
        }
        let roles = ["padding", "end", "begin", "unknown", "mask"]
        for (role, ids) in zip(roles, zip(special.all, other.special.all)) where ids.0 != ids.1 {
            return ("has \(ids.0) as the id of \(role)", "has \(ids.1)")
        }
        for text in Self.samples + [self, other].flatMap(\.symbolSamples) {
            let ids = [encode(text), other.encode(text)]
            if ids[0] != ids[1] {
                return (
                    "makes the ids \(ids[0].prefix(8)) of “\(text.prefix(20))”",
                    "makes \(ids[1].prefix(8))"
                )
            }
        }
        return nil
    }

    /// Texts that prefixes, normal forms and other patterns of words show in.
    private static let samples = [
        "house", " house", "  two  spaces ", "Small AND LARGE", "don't 12345 a1b2",
        "e\u{301} \u{e9} \u{fb01} \u{2460}", "tab\tand\nline\n\nend", "日本語 кот ขา עברית \u{1f600}",
        "\u{a0}\u{3000}x\u{200b}y",
    ]

    /// A text for every token that is found in text, or looks like one.
    private var symbolSamples: [String] {
        let ids =
            if let model {
                model.pieces.indices.filter { model.pieces[$0].kind == .userDefined }
            } else {
                pieces.indices.filter { [0x3c, 0x5b].contains(pieces[$0].first) }
            }
        return ids.map { "a \(piece(Int32($0))) b\(piece(Int32($0)))" }
    }
}
