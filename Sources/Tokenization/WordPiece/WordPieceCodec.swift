/// BERT's pieces of words: text is normalised and cut at white space and around punctuation; of each
/// word the longest piece is taken that it begins with, then the longest of the rest, and so on. A
/// word that cannot be written so is one unknown token.
struct WordPieceCodec: TokenCodec {
    private let preparation: TextPreparation
    /// Pieces that begin words.
    private let beginnings: PieceTrie
    /// Pieces that continue them, without the sign for that.
    private let continuations: PieceTrie
    private let unknown: Int32
    /// Words of more characters are unknown.
    private let longestWord: Int
    /// The text of each piece without that sign, none for control tokens.
    private let texts: [[UInt8]]
    /// Whether a piece continues a word.
    private let isContinuation: [Bool]

    /// - Throws: `InputError` where the unknown token is no token of the vocabulary.
    init(
        _ json: TokenizerJSON, _ preparation: TextPreparation, pieces: [ArraySlice<UInt8>],
        special: SpecialTokens
    ) throws {
        let name = json.unknownToken ?? Array("[UNK]".utf8)
        guard let unknown = json.vocabulary.first(where: { $0.text == name }) else {
            throw json.unsupported(
                "model.unk_token", expected: "a token of the vocabulary",
                found: "\"\(String(decoding: name, as: UTF8.self))\"")
        }
        self.preparation = preparation
        self.unknown = Int32(unknown.id)
        longestWord = json.longestWord
        let mark = json.continuation ?? Array("##".utf8)
        func continues(_ text: [UInt8]) -> Bool {
            !mark.isEmpty && text.count > mark.count && text.starts(with: mark)
        }
        beginnings = PieceTrie(json.vocabulary.filter { !$0.text.isEmpty })
        continuations = PieceTrie(
            mark.isEmpty
                ? json.vocabulary.filter { !$0.text.isEmpty }
                : json.vocabulary.filter { continues($0.text) }
                    .map { (Array($0.text.dropFirst(mark.count)), $0.id) })
        var isContinuation = pieces.map { continues(Array($0)) }
        var texts = pieces.map {
            continues(Array($0)) ? Array($0.dropFirst(mark.count)) : Array($0)
        }
        for token in json.addedTokens {
            texts[token.id] = token.content
            isContinuation[token.id] = false
        }
        for id in [special.padding, special.begin, special.end] { texts[Int(id)] = [] }
        (self.texts, self.isContinuation) = (texts, isContinuation)
    }

    var addedTokens: AddedTokenScanner { preparation.addedTokens }

    func encode(_ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink) {
        var text = String(decoding: utf8, as: UTF8.self)
        text.withUTF8 { text in
            preparation.forEachNormalizedPart(of: text, isInside: isInside, to: &sink) {
                segment, sink in
                forEachWord(of: segment.text) { word in
                    encode(word, of: segment, to: &sink)
                }
            }
        }
    }

    /// Calls `body` with the place of each word, and of each punctuation mark.
    private func forEachWord(
        of text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
    ) {
        var (start, place) = (0, 0)
        while place < text.count {
            let (scalar, length) = decodeScalar(text, at: place)
            let end = place + max(1, length)
            let isSpace = CharacterClass(of: scalar) == .space
            if isSpace || BERTCharacters.isPunctuation(scalar) {
                if start < place { body(start..<place) }
                if !isSpace { body(place..<end) }
                start = end
            }
            place = end
        }
        if start < place { body(start..<place) }
    }

    private func encode(_ word: Range<Int>, of segment: TextSegment, to sink: inout TokenSink) {
        let text = UnsafeBufferPointer(rebasing: segment.text[word])
        let length = text.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
        var found: [(id: Int32, range: Range<Int>)] = []
        var start = 0
        while start < text.count, length <= longestWord {
            var longest: (id: Int32, end: Int)?
            (start == 0 ? beginnings : continuations).forEachPiece(in: text, from: start) {
                longest = ($0, $1)
            }
            guard let longest else { break }
            found.append((longest.id, start..<longest.end))
            start = longest.end
        }
        if start < text.count { found = [(unknown, 0..<text.count)] }
        let offset = word.lowerBound
        for (id, range) in found {
            let place = (offset + range.lowerBound)..<(offset + range.upperBound)
            sink.append(id, at: segment.place(of: place))
        }
    }

    /// Words with spaces between them, but none in front of punctuation and short forms, by the
    /// rules of the tokenizers library's decoder.
    func decode(_ ids: [Int32]) -> [UInt8] {
        let kept = ids.filter { !texts[Int($0)].isEmpty }
        let parts = kept.enumerated().map { place, id in
            let text = String(decoding: texts[Int(id)], as: UTF8.self)
            let isJoined = place == 0 || isContinuation[Int(id)]
            return Self.tidied(isJoined ? text : " " + text)
        }
        return Array(parts.joined().utf8)
    }

    private static func tidied(_ text: String) -> String {
        let rules = [
            (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
            (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
        ]
        return rules.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    /// A piece that begins a word of letters has a space in front of it elsewhere.
    func meaning(of id: Int32) -> PieceMeaning {
        let text = texts[Int(id)]
        if id == unknown || text.isEmpty { return .none }
        let isAlone = text.withUnsafeBufferPointer { text in
            let (scalar, length) = decodeScalar(text, at: 0)
            return length == text.count
                && (BERTCharacters.isPunctuation(scalar) || BERTCharacters.isChinese(scalar))
        }
        return .text(isContinuation[Int(id)] || isAlone ? text : [0x20] + text)
    }
}
