/// Cuts text into the words in which pairs are joined, by the pattern of GPT-2, which byte-level
/// tokenizers of the tokenizers library have built in:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// Letters, numbers and other signs part, a space belongs to what follows it, and of more white
/// space the last character stands alone or belongs to the next word.
struct WordSplitter {
    private let text: UnsafeBufferPointer<UInt8>

    /// - Parameter text: valid UTF-8.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// Calls `body` with every word, from front to back; together they are the text.
    func forEachWord(_ body: (Range<Int>) -> Void) {
        var start = 0
        while start < text.count {
            let end = wordEnd(from: start)
            body(start..<end)
            start = end
        }
    }

    private func wordEnd(from start: Int) -> Int {
        if let end = contractionEnd(from: start) { return end }
        var (kind, end) = character(at: start)
        if text[start] == 0x20, end < text.count {
            let next = character(at: end)
            if next.kind != .space { (kind, end) = next }
        }
        guard kind == .space else {
            while end < text.count, case let next = character(at: end), next.kind == kind {
                end = next.end
            }
            return end
        }
        var last = start
        while end < text.count, case let next = character(at: end), next.kind == .space {
            (last, end) = (end, next.end)
        }
        return end == text.count || last == start ? end : last
    }

    /// The end of a contraction of English that begins here.
    private func contractionEnd(from start: Int) -> Int? {
        guard text[start] == UInt8(ascii: "'") else { return nil }
        return Self.contractions.first { text[start...].starts(with: $0) }.map { start + $0.count }
    }

    private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map {
        Array($0.utf8)
    }

    @inline(__always)
    private func character(at index: Int) -> (kind: CharacterClass, end: Int) {
        let (scalar, length) = decodeScalar(text, at: index)
        return (CharacterClass(of: scalar), index + max(1, length))
    }
}
