/// A character or a learned piece, as far as it decides what it may be joined with.
struct LearnedSymbol {
    /// Where its characters begin in `SymbolTable.scalars`.
    let start: Int
    /// Its number of characters.
    let length: UInt8
    /// The one script of its characters, `inherited` where none has its own.
    let script: CharacterKind
    let beginsWithSpace: Bool
    let isAllSpaces: Bool
}

/// The symbols that words are made of while a vocabulary is learned.
struct SymbolTable {
    /// The longest piece, in characters.
    static let longestPiece = 16

    /// By id; 0 is a boundary that joins with nothing.
    private(set) var symbols: [LearnedSymbol] = []
    /// The characters of all symbols, one after another.
    private(set) var scalars: [UInt32] = []

    /// A boundary and an alphabet, whose characters have the ids from 1 on.
    init(_ alphabet: Alphabet) {
        append([WordCounts.boundary], kind: .boundary)
        for scalar in alphabet.scalars { append([scalar], kind: CharacterKind(of: scalar)) }
    }

    private mutating func append(_ characters: [UInt32], kind: CharacterKind) {
        let isSpace = kind == .space
        symbols.append(
            LearnedSymbol(
                start: scalars.count, length: 1, script: isSpace ? .inherited : kind,
                beginsWithSpace: isSpace, isAllSpaces: isSpace))
        scalars += characters
    }

    /// Adds what two symbols join to.
    mutating func append(_ left: Int32, _ right: Int32) -> Int32 {
        let (a, b) = (symbols[Int(left)], symbols[Int(right)])
        symbols.append(
            LearnedSymbol(
                start: scalars.count, length: a.length + b.length,
                script: a.script == .inherited ? b.script : a.script,
                beginsWithSpace: a.beginsWithSpace, isAllSpaces: a.isAllSpaces && b.isAllSpaces))
        for part in [a, b] {
            for index in part.start..<(part.start + Int(part.length)) {
                scalars.append(scalars[index])
            }
        }
        return Int32(symbols.count - 1)
    }

    /// Whether two symbols side by side may become one piece: of one script, not too long, without
    /// digits, and with spaces only in front or nothing else.
    @inline(__always)
    func mayJoin(_ left: Int32, _ right: Int32) -> Bool {
        let (a, b) = (symbols[Int(left)], symbols[Int(right)])
        guard a.length + b.length <= Self.longestPiece, a.script != .digit, b.script != .digit,
            a.script != .boundary, b.script != .boundary
        else { return false }
        if b.beginsWithSpace && !(a.isAllSpaces && b.isAllSpaces) { return false }
        return a.script == b.script || a.script == .inherited || b.script == .inherited
    }

    func characters(of symbol: Int32) -> ArraySlice<UInt32> {
        let symbol = symbols[Int(symbol)]
        return scalars[symbol.start..<(symbol.start + Int(symbol.length))]
    }

    /// A character of what two symbols join to.
    @inline(__always)
    func character(_ index: Int, of left: Int32, _ right: Int32) -> UInt32 {
        let first = symbols[Int(left)]
        let length = Int(first.length)
        return index < length
            ? scalars[first.start + index]
            : scalars[symbols[Int(right)].start + index - length]
    }

    /// The characters of what two symbols join to.
    func characters(of left: Int32, _ right: Int32) -> [UInt32] {
        Array(characters(of: left)) + characters(of: right)
    }
}
