/// One kind of tokenizer: how text becomes ids, and ids text. Safe to use from several threads.
protocol TokenCodec: Sendable {
    /// Appends the pieces of UTF-8 text. Wrong bytes count as U+FFFD; there are none where ranges
    /// are kept.
    ///
    /// - Parameter isInside: whether it stands inside a text: no space is put in front.
    func encode(_ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink)

    /// The UTF-8 of ids, all of them in the vocabulary. Control tokens give none.
    func decode(_ ids: [Int32]) -> [UInt8]

    /// What the piece of an id, which is in the vocabulary, stands for.
    func meaning(of id: Int32) -> PieceMeaning

    /// The tokens that are looked for in a text as it is, before it is changed; none where that is
    /// not told.
    var addedTokens: AddedTokenScanner { get }
}

extension TokenCodec {
    var addedTokens: AddedTokenScanner { AddedTokenScanner() }

    /// Appends the ids of UTF-8 text.
    func encode(
        _ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool = false, appendingTo ids: inout [Int32]
    ) {
        var sink = TokenSink(keepsRanges: false)
        swap(&sink.ids, &ids)
        encode(utf8, isInside: isInside, to: &sink)
        swap(&sink.ids, &ids)
    }
}

/// What a piece stands for in text.
enum PieceMeaning: Hashable, Sendable {
    /// These bytes, with plain spaces: UTF-8, or in byte-level vocabularies a part of it.
    case text([UInt8])
    /// One byte of a character that is written in bytes: 0x80 and above in byte-level vocabularies.
    case byte(UInt8)
    /// Nothing that stands in a text.
    case none
}
