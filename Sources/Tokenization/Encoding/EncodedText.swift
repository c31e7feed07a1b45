/// A text's ids, and where in the text each of them stands.
public struct EncodedText: Sendable, Equatable {
    /// The ids, without tokens around the text.
    public var ids: [Int32]
    /// For each id the bytes of the text's UTF-8 that it covers, whole characters always.
    ///
    /// Starts and ends ascend. Pieces that are bytes of one character have its range each. A space
    /// that belongs to a piece belongs to its range; one that was put in front of the text gives an
    /// empty one.
    public var ranges: [Range<Int>]

    /// Ids and as many ranges.
    public init(ids: [Int32], ranges: [Range<Int>]) {
        precondition(
            ids.count == ranges.count, "EncodedText: \(ids.count) ids, \(ranges.count) ranges")
        (self.ids, self.ranges) = (ids, ranges)
    }
}

extension Tokenizer {
    /// The ids of a text, and the bytes of it that each covers.
    ///
    /// The ids are those of `encode`. Where text is normalised, a range is that of the characters
    /// that a piece was made from, as they stand in `text`.
    public func encodeWithRanges(_ text: String) -> EncodedText {
        var sink = TokenSink(keepsRanges: true)
        var text = text
        text.withUTF8 { codec.encode($0, isInside: false, to: &sink) }
        return EncodedText(ids: sink.ids, ranges: sink.ranges)
    }

    /// The ids of UTF-8 text as it stands inside a text: no space is put in front.
    func encodeInside(_ utf8: ArraySlice<UInt8>) -> [Int32] {
        var ids: [Int32] = []
        utf8.withUnsafeBufferPointer { codec.encode($0, isInside: true, appendingTo: &ids) }
        return ids
    }
}
