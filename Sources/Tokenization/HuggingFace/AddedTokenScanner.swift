/// Finds added tokens in text, as Hugging Face's tokenizers library does: from front to back, the
/// longest that begins at a place.
struct AddedTokenScanner {
    private var symbols = UserSymbolTrie()
    /// Whether a token begins with a byte, 0 to 255.
    private var isFirst = [Bool](repeating: false, count: 256)
    private var takingSpaceBefore: Set<Int32> = []
    private var takingSpaceAfter: Set<Int32> = []
    private(set) var isEmpty = true

    /// Whether white space belongs to some of the tokens beside it.
    var takesSpace: Bool { !takingSpaceBefore.isEmpty || !takingSpaceAfter.isEmpty }

    /// Looks for a token from now on.
    ///
    /// - Parameter content: the token's text, where it is not the token's own.
    mutating func insert(_ token: TokenizerJSON.AddedToken, content: [UInt8]? = nil) {
        let id = Int32(token.id)
        let content = content ?? token.content
        symbols.insert(scalars(of: content), id: id)
        if let first = content.first { isFirst[Int(first)] = true }
        if token.takesSpaceBefore { takingSpaceBefore.insert(id) }
        if token.takesSpaceAfter { takingSpaceAfter.insert(id) }
        isEmpty = false
    }

    /// Calls `token` with each added token's id and place, the white space that belongs to it
    /// included, and `between` with the place of all other text, none of it empty, from front to
    /// back.
    func forEachPart(
        of text: UnsafeBufferPointer<UInt8>, token: (Int32, Range<Int>) -> Void,
        between: (Range<Int>) -> Void
    ) {
        var start = 0
        var index = 0
        func end(at end: Int) {
            if start < end { between(start..<end) }
        }
        while !isEmpty, index < text.count {
            guard isFirst[Int(text[index])],
                let found = symbols.longest(in: text, at: index, space: 0x20)
            else {
                index += 1
                continue
            }
            let front =
                takingSpaceBefore.contains(found.id)
                ? startOfSpace(in: text, before: index, from: start) : index
            end(at: front)
            index = found.end
            // A token among the spaces that belong to this one is found all the same.
            start = index
            if takingSpaceAfter.contains(found.id) {
                while let end = endOfSpace(in: text, at: start) { start = end }
            }
            token(found.id, front..<start)
        }
        end(at: text.count)
    }

    /// Where the white space begins that ends before `end`.
    private func startOfSpace(
        in text: UnsafeBufferPointer<UInt8>, before end: Int, from first: Int
    ) -> Int {
        var start = end
        while start > first {
            var previous = start - 1
            while previous > first, text[previous] & 0xc0 == 0x80 { previous -= 1 }
            guard endOfSpace(in: text, at: previous) == start else { break }
            start = previous
        }
        return start
    }

    /// Where the character ends that begins at a place; nil if it is not white space.
    private func endOfSpace(in text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        guard index < text.count else { return nil }
        let (scalar, length) = decodeScalar(text, at: index)
        return length > 0 && CharacterClass(of: scalar) == .space ? index + length : nil
    }
}
