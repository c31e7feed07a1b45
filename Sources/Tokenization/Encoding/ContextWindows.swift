/// A question about a context as sequences: the question and as much of the context as there is
/// room for, in windows that overlap.
///
/// As with the tokenizers library's `only_second` and `return_overflowing_tokens`: windows start
/// every (room − stride) ids of the context, and the last is the first that reaches its end.
public struct ContextWindows: Sendable {
    /// One sequence, with the question as first text and a part of the context as second.
    public struct Window: Sendable {
        /// The ids; the rows of `second` are those of `tokens`.
        public let sequence: ArrangedSequence
        /// Which ids of the context it has.
        public let tokens: Range<Int>
    }

    /// The windows, from the context's front to its end; never none.
    public let windows: [Window]
    /// For each id of the context the bytes of it that it covers; see `EncodedText.ranges`.
    public let ranges: [Range<Int>]
    /// How many ids of the question were cut off, which happens only to one so long that windows
    /// would not move on: it then keeps at most half of the room.
    public let questionCut: Int

    /// The windows of a question and a context. White space in front of the question does not
    /// count.
    ///
    /// - Parameters:
    ///   - limit: the ids of a window, special tokens included.
    ///   - stride: the ids of the context that a window shares with the next.
    /// - Precondition: `limit` has room for the special tokens, `stride` and one more id.
    public init(
        question: String, context: String, tokenizer: Tokenizer, limit: Int, stride: Int
    ) {
        self.init(
            question: tokenizer.encodeQuestion(question),
            context: tokenizer.encodeWithRanges(context), template: tokenizer.template,
            limit: limit, stride: stride)
    }

    /// The windows of a question and a context that are encoded already.
    public init(
        question: [Int32], context: EncodedText, template: SequenceTemplate, limit: Int,
        stride: Int
    ) {
        let room = template.room(of: template.pair, limit)
        precondition(
            0..<room ~= stride, "ContextWindows: a stride of \(stride), room for \(room) ids")
        let asked =
            question.count < room - stride
            ? question[...] : question.prefix(min(room / 2, room - stride - 1))
        let width = room - asked.count
        var windows: [Window] = []
        var start = 0
        while true {
            let end = min(start + width, context.ids.count)
            let sequence = template.pair(asked, context.ids[start..<end])
            windows.append(Window(sequence: sequence, tokens: start..<end))
            if end == context.ids.count { break }
            start += width - stride
        }
        self.windows = windows
        ranges = context.ranges
        questionCut = question.count - asked.count
    }

    /// The bytes of the context that rows of a window cover together.
    ///
    /// - Precondition: the rows are some of the window's `sequence.second`.
    public func bytes(ofRows rows: Range<Int>, in window: Window) -> Range<Int> {
        let offset = window.tokens.lowerBound - window.sequence.second.lowerBound
        precondition(
            !rows.isEmpty && rows.lowerBound >= window.sequence.second.lowerBound
                && rows.upperBound <= window.sequence.second.upperBound,
            "ContextWindows.bytes: rows \(rows) of \(window.sequence.second)")
        let start = ranges[rows.lowerBound + offset].lowerBound
        return start..<max(start, ranges[rows.upperBound - 1 + offset].upperBound)
    }

    /// The rows of a window that an answer touches; nil unless the window has all of it.
    ///
    /// - Parameter bytes: where the answer stands in the context; not empty.
    public func rows(covering bytes: Range<Int>, in window: Window) -> Range<Int>? {
        let covered = ranges[window.tokens]
        guard let first = covered.first, let last = covered.last, !bytes.isEmpty,
            first.lowerBound <= bytes.lowerBound, last.upperBound >= bytes.upperBound
        else { return nil }
        // Starts and ends ascend.
        let start = covered.partition { $0.upperBound > bytes.lowerBound }
        let end = covered.partition { $0.lowerBound >= bytes.upperBound }
        guard start < end else { return nil }
        let offset = window.sequence.second.lowerBound - window.tokens.lowerBound
        return (start + offset)..<(end + offset)
    }
}

extension Tokenizer {
    /// The ids of a question, without white space in front.
    fileprivate func encodeQuestion(_ question: String) -> [Int32] {
        var ids: [Int32] = []
        var question = question
        question.withUTF8 { text in
            let start = WhiteSpace.end(in: text, from: 0, to: text.count)
            codec.encode(UnsafeBufferPointer(rebasing: text[start...]), appendingTo: &ids)
        }
        return ids
    }
}

extension ArraySlice {
    /// The first place from which on `isBehind` holds, where it holds for none before.
    fileprivate func partition(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
