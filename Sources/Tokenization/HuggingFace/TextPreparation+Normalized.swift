extension TextPreparation {
    /// Adds the added tokens of a text to `sink`, and calls `segment` with each piece of normalised
    /// text that pieces are found in, from front to back. Places in a segment are told by `sink`.
    ///
    /// - Parameter isInside: whether the text stands inside another one: no space is put in front.
    func forEachNormalizedPart(
        of text: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink,
        segment: (TextSegment, inout TokenSink) -> Void
    ) {
        addedTokens.forEachPart(of: text) { id, range in
            sink.append(id, at: range)
        } between: { range in
            let part = UnsafeBufferPointer(rebasing: text[range])
            let isFirst = range.lowerBound == 0
            sink.base = range.lowerBound
            if !normalizers.isEmpty,
                let mapped = MappedText(part, by: normalizers, keepsOrigins: sink.keepsRanges)
            {
                sink.origins = sink.keepsRanges ? mapped.origins : nil
                // To the library, what follows white space that was taken away is not first.
                let isFirst = isFirst && !mapped.lacksFront
                mapped.text.withUnsafeBufferPointer {
                    forEachNormalized(of: $0, isFirst, isInside, to: &sink, segment)
                }
                sink.origins = nil
            } else {
                forEachNormalized(of: part, isFirst, isInside, to: &sink, segment)
            }
            sink.base = 0
        }
    }

    /// Cuts normalised text.
    private func forEachNormalized(
        of text: UnsafeBufferPointer<UInt8>, _ isFirst: Bool, _ isInside: Bool,
        to sink: inout TokenSink, _ segment: (TextSegment, inout TokenSink) -> Void
    ) {
        normalizedTokens.forEachPart(of: text) { id, range in
            sink.append(id, at: range)
        } between: { range in
            guard splitsAtWhiteSpace else {
                let isFirst = isFirst && range.lowerBound == 0
                forEachSegment(
                    of: text, in: range, prefix: isInside ? .none : prefix, isFirst: isFirst
                ) { segment($0, &sink) }
                return
            }
            forEachWord(of: text, in: range) { word in
                let continues = isInside && isFirst && word.lowerBound == 0
                forEachSegment(
                    of: text, in: word, prefix: continues ? .none : prefix, isFirst: false
                ) { segment($0, &sink) }
            }
        }
    }

    /// Calls `body` with what stands between white space, which is left out.
    private func forEachWord(
        of text: UnsafeBufferPointer<UInt8>, in range: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        func isSpace(_ place: Int) -> Bool {
            WhiteSpace.end(in: text, from: place, to: place + 1, isStrict: true) > place
        }
        var start = WhiteSpace.end(
            in: text, from: range.lowerBound, to: range.upperBound, isStrict: true)
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, !isSpace(end) { end += 1 }
            body(start..<end)
            start = WhiteSpace.end(in: text, from: end, to: range.upperBound, isStrict: true)
        }
    }
}
