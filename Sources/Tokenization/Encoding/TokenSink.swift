/// Where the pieces of a text go: their ids and, if asked for, the bytes that they cover.
struct TokenSink {
    var ids: [Int32] = []
    /// One for each id added, if ranges are kept.
    private(set) var ranges: [Range<Int>] = []
    let keepsRanges: Bool
    /// Where the text stands, in the whole text, of which places are told.
    var base = 0
    /// Where the bytes of that text come from, if it is a changed one.
    var origins: OriginMap?

    init(keepsRanges: Bool) {
        self.keepsRanges = keepsRanges
    }

    /// Adds a piece that covers `range` of the text.
    mutating func append(_ id: Int32, at range: Range<Int>) {
        ids.append(id)
        if keepsRanges { appendRange(range) }
    }

    /// Adds the range of an id that was added before.
    mutating func appendRange(_ range: Range<Int>) {
        let range = origins?.range(range) ?? range
        ranges.append((base + range.lowerBound)..<(base + range.upperBound))
    }

    /// Adds ranges of the ids from `first` on, which are the pieces of a segment from its front to
    /// its end.
    ///
    /// - Parameters:
    ///   - escapesSpaces: whether spaces have the three bytes of U+2581 in pieces.
    ///   - byteCount: the bytes of the piece at a place of the ids.
    mutating func cover(
        _ segment: TextSegment, from first: Int, escapesSpaces: Bool,
        byteCount: (_ place: Int, _ ids: [Int32]) -> Int
    ) {
        guard keepsRanges else { return }
        var cursor = PieceCursor(segment.text, escapesSpaces: escapesSpaces)
        for place in first..<ids.count {
            appendRange(segment.place(of: cursor.next(byteCount(place, ids))))
        }
    }
}

/// A stretch of a text that pieces are found in.
struct TextSegment {
    /// Its bytes, with the space that was put in front.
    let text: UnsafeBufferPointer<UInt8>
    /// Where it begins in the text.
    let start: Int
    /// Whether a space was put in front.
    var hasPrefix = false

    /// The place in the text of a range of the bytes; none of it is the space in front.
    func place(of range: Range<Int>) -> Range<Int> {
        guard hasPrefix else {
            return (start + range.lowerBound)..<(start + range.upperBound)
        }
        return (start + max(0, range.lowerBound - 1))..<(start + max(0, range.upperBound - 1))
    }
}

/// A walk over the characters of a text, piece by piece.
struct PieceCursor {
    private let text: UnsafeBufferPointer<UInt8>
    private let escapesSpaces: Bool
    /// The first character of which not all bytes are covered.
    private var place = 0
    /// Its bytes that are.
    private var covered = 0

    /// - Parameters:
    ///   - text: valid UTF-8.
    ///   - escapesSpaces: whether a space is three bytes of a piece, U+2581.
    init(_ text: UnsafeBufferPointer<UInt8>, escapesSpaces: Bool) {
        self.text = text
        self.escapesSpaces = escapesSpaces
    }

    /// The characters that a piece of `count` bytes takes part in.
    mutating func next(_ count: Int) -> Range<Int> {
        let start = place
        var end = place
        covered += count
        while covered > 0, place < text.count {
            let (length, bytes) = character(at: place)
            end = place + length
            if bytes > covered { break }
            covered -= bytes
            place = end
        }
        return start..<end
    }

    /// The length of a character in the text and in pieces.
    @inline(__always)
    private func character(at place: Int) -> (length: Int, bytes: Int) {
        let first = text[place]
        if first < 0x80 { return (1, first == 0x20 && escapesSpaces ? 3 : 1) }
        let length = min(first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4, text.count - place)
        return (length, length)
    }
}
