/// What a vocabulary is learned from: how often every word and every character of a text occurs.
///
/// Lines are counted as they come, so that memory grows with the number of different words and not
/// with the text. A word here is a stretch of text that pieces may be made of: it begins at a space
/// and ends wherever two neighbours are never side by side in a piece, such as letters of different
/// scripts, or beside a digit. Cutting there changes nothing that is learned.
public struct WordCounts: Sendable {
    /// U+001F, which is counted for symbols that are in the vocabulary whatever the text holds.
    static let boundary: UInt32 = 0x1f

    /// Of all characters, also of those in no word.
    package private(set) var characters = CharacterCounts()
    /// Words of two characters and more, in UTF-8 with U+0020 for U+2581.
    package private(set) var words = WordTable()
    /// Lines that were left out because they are longer than `TokenizerTraining.longestLine` or
    /// hold U+2585, with which the trainer marks characters outside the vocabulary.
    public private(set) var skippedLines = 0
    /// Bytes of the lines that were counted.
    public private(set) var bytes = 0
    /// Whether there were more bytes in different words than can be counted.
    private(set) var isFull = false

    private let symbols = Self.cutOut

    /// Nothing counted yet.
    public init() {}

    /// Whether no text was counted.
    public var isEmpty: Bool { bytes == 0 }

    /// Counts a line of text in UTF-8 without its newline. Bytes that are no UTF-8 count as U+FFFD.
    public mutating func add(_ line: ArraySlice<UInt8>) {
        guard !line.isEmpty else { return }
        let marks = Self.marks(in: line)
        guard line.count <= TokenizerTraining.longestLine, !marks.hasUnknown else {
            skippedLines += 1
            return
        }
        bytes += line.count
        if marks.isPlain {
            line.withUnsafeBufferPointer { count($0) }
        } else {
            Self.repaired(line).withUnsafeBufferPointer { count($0) }
        }
    }

    /// Adds what was counted elsewhere.
    public mutating func add(_ other: WordCounts) {
        characters.add(other.characters)
        other.words.forEach { word, count in
            if !words.add(word, count: count) { isFull = true }
        }
        skippedLines += other.skippedLines
        bytes += other.bytes
        isFull = isFull || other.isFull
    }

    /// Puts the most frequent words first. Nothing can be added afterwards.
    mutating func sort() {
        words.sortByCount()
    }

    private mutating func count(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var length = 0
        var last = CharacterKind.boundary
        var index = 0
        func end(at end: Int) {
            guard length > 1 else { return }
            let word = UnsafeBufferPointer(rebasing: text[start..<end])
            if !words.add(word, count: 1) { isFull = true }
        }
        while index < text.count {
            let first = text[index]
            if first == 0x20 || first == 0x3c || first == 0x09 || first == 0x0a,
                let symbol = symbols.longest(in: text, at: index)
            {
                end(at: index)
                length = 0
                last = characters.add(Self.boundary)
                index = symbol.end
                continue
            }
            let (scalar, bytes) = decodeScalar(text, at: index)
            let kind = characters.add(scalar == 0x20 ? spaceSymbol : scalar)
            if !last.mayPrecede(kind) {
                end(at: index)
                start = index
                length = 0
            }
            length += 1
            last = kind
            index += bytes
        }
        end(at: index)
    }
}

extension WordCounts {
    /// Symbols that are cut out before words are made: all that have a fixed place in the
    /// vocabulary.
    private static let cutOut: UserSymbolTrie = {
        var trie = UserSymbolTrie()
        for (id, piece) in TokenizerTraining.fixedPieces.enumerated() {
            trie.insert(scalars(of: piece.utf8), id: Int32(id))
        }
        return trie
    }()

    /// Whether a line holds U+2585, and whether it is UTF-8 without U+2581.
    private static func marks(
        in line: ArraySlice<UInt8>
    ) -> (hasUnknown: Bool, isPlain: Bool) {
        var (hasUnknown, hasSpace) = (false, false)
        line.withUnsafeBufferPointer { line in
            for index in line.indices.dropFirst(2) where line[index - 2] == 0xe2 {
                guard line[index - 1] == 0x96 else { continue }
                hasUnknown = hasUnknown || line[index] == 0x85
                hasSpace = hasSpace || line[index] == 0x81
            }
        }
        let isValid = (try? UTF8Span(validating: line.span)) != nil
        return (hasUnknown, isValid && !hasSpace)
    }

    /// A line as UTF-8, with U+FFFD for every byte that is none and a space for U+2581.
    private static func repaired(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        line.withUnsafeBufferPointer { line in
            var index = 0
            while index < line.count {
                let (scalar, length) = decodeScalar(line, at: index)
                switch (scalar, length) {
                case (_, 0): result += [0xef, 0xbf, 0xbd]
                case (spaceSymbol, _): result.append(0x20)
                default: result += line[index..<(index + length)]
                }
                index += max(1, length)
            }
        }
        return result
    }
}
