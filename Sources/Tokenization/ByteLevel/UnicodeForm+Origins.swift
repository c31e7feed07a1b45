import _FoundationICU

extension UnicodeForm {
    /// A text in this form, with where its characters come from; nil where it is in this form.
    ///
    /// Text is normalised stretch by stretch, from one character that joins with nothing in front
    /// of it to the next.
    ///
    /// - Parameter text: valid UTF-8.
    func mapped(_ text: UnsafeBufferPointer<UInt8>, keepsOrigins: Bool) -> MappedText? {
        var isSame = true
        withNormalized(text) { isSame = $0.count == text.count && $0.elementsEqual(text) }
        if isSame { return nil }
        var mapped = MappedText(keepsOrigins: keepsOrigins)
        guard keepsOrigins else {
            withNormalized(text) { mapped.append($0, from: 0..<text.count) }
            return mapped
        }
        var start = 0
        while start < text.count {
            var end = start
            repeat {
                end += max(1, decodeScalar(text, at: end).length)
            } while end < text.count && !beginsStretch(decodeScalar(text, at: end).scalar)
            let stretch = UnsafeBufferPointer(rebasing: text[start..<end])
            withNormalized(stretch) { mapped.append(Array($0), of: start..<end, in: text) }
            start = end
        }
        return mapped
    }

    /// Whether a character and what follows is normalised without what stands before.
    private func beginsStretch(_ scalar: UInt32) -> Bool {
        scalar < 0x80
            || swift_unorm2_hasBoundaryBefore(normalizer, UChar32(bitPattern: scalar)) != 0
    }
}
