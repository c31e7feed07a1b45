extension HuggingFaceTokenizer {
    /// The content of `tokenizer.json`. Written byte by byte, since pieces that differ only by
    /// canonical equivalence are different keys.
    static func tokenizerJSON(_ model: SentencePieceModel, special: SpecialTokens) -> [UInt8] {
        var json = JSONText()
        json.add(#"{"version": "1.0", "truncation": null, "padding": null, "added_tokens": ["#)
        json.addList(AddedToken.all(of: model)) { json, token in
            json.add(#"{"id": \#(token.id), "content": "#)
            json.addQuoted(token.text.utf8)
            json.add(#", "single_word": false, "lstrip": \#(token.takesSpaceBefore), "#)
            json.add(#""rstrip": false, "#)
            json.add(#""normalized": \#(token.isNormalized), "special": \#(token.isSpecial)}"#)
        }
        json.add(#"], "normalizer": {"type": "Replace", "pattern": {"String": " "}, "#)
        json.add(#""content": "▁"}, "pre_tokenizer": {"type": "Split", "#)
        json.add(#""pattern": {"String": " "}, "behavior": "MergedWithPrevious", "#)
        json.add(#""invert": false}, "#)
        json.add(template(special))
        json.add(#", "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "#)
        json.add(#""pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, "#)
        json.add(#"{"type": "Fuse"}]}, "model": {"type": "BPE", "dropout": null, "#)
        json.add(#""unk_token": "<unk>", "continuing_subword_prefix": null, "#)
        json.add(#""end_of_word_suffix": null, "fuse_unk": true, "#)
        json.add(#""byte_fallback": \#(model.hasByteFallback), "ignore_merges": false, "#)
        json.add("\"vocab\": {\n")
        json.addList(Array(model.pieces.enumerated()), separator: ",\n") { json, entry in
            json.addQuoted(entry.element.utf8)
            json.add(": \(entry.offset)")
        }
        json.add("}, \"merges\": [\n")
        json.addList(merges(of: model), separator: ",\n") { json, merge in
            json.add("[")
            json.addQuoted(merge.left)
            json.add(", ")
            json.addQuoted(merge.right)
            json.add("]")
        }
        json.add("]}}\n")
        return json.bytes
    }

    /// `<bos> A <eos>`, and `<bos> A <eos> B <eos>` for pairs.
    private static func template(_ special: SpecialTokens) -> String {
        func token(_ text: String, type: Int) -> String {
            #"{"SpecialToken": {"id": "\#(text)", "type_id": \#(type)}}"#
        }
        func sequence(_ name: String, type: Int) -> String {
            #"{"Sequence": {"id": "\#(name)", "type_id": \#(type)}}"#
        }
        func entry(_ text: String, id: Int32) -> String {
            #""\#(text)": {"id": "\#(text)", "ids": [\#(id)], "tokens": ["\#(text)"]}"#
        }
        let single = [token("<bos>", type: 0), sequence("A", type: 0), token("<eos>", type: 0)]
        let pair = single + [sequence("B", type: 1), token("<eos>", type: 1)]
        let tokens = [entry("<bos>", id: special.begin), entry("<eos>", id: special.end)]
        return #""post_processor": {"type": "TemplateProcessing", "single": ["#
            + single.joined(separator: ", ") + #"], "pair": ["# + pair.joined(separator: ", ")
            + #"], "special_tokens": {"# + tokens.joined(separator: ", ") + "}}"
    }

    /// Every way in which two normal pieces join to a third: by the third's score, largest first,
    /// then by the length of the first half.
    private static func merges(
        of model: SentencePieceModel
    ) -> [(left: ArraySlice<UInt8>, right: ArraySlice<UInt8>)] {
        let normal = model.pieces.filter { $0.kind == .normal }
        var index = PieceIndex(capacity: normal.count)
        for (place, piece) in normal.enumerated() {
            index.insert(piece.utf8, symbol: Int32(place))
        }
        let byScore = normal.enumerated().sorted {
            ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
        }
        var merges: [(left: ArraySlice<UInt8>, right: ArraySlice<UInt8>)] = []
        for piece in byScore.map(\.element.utf8) {
            index.forEachCut(of: piece) { cut, _, _ in
                merges.append((piece[..<cut], piece[cut...]))
            }
        }
        return merges
    }
}

/// JSON under construction, as bytes.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// UTF-8 in quotes; only quotes, backslashes and control characters are escaped.
    mutating func addQuoted(_ utf8: some Sequence<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                add("\\u00")
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The items, each added by `body`, with a separator between them.
    mutating func addList<Item>(
        _ items: [Item], separator: String = ", ", _ body: (inout JSONText, Item) -> Void
    ) {
        for (index, item) in items.enumerated() {
            if index > 0 { add(separator) }
            body(&self, item)
        }
    }
}
