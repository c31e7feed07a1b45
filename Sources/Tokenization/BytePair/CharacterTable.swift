/// What the encoder needs to know of every character: two levels, pages of 256 code points, only
/// those pages that hold anything.
struct CharacterTable {
    struct Entry {
        /// The symbol with which merging starts, `unknown` for characters in no piece.
        var symbol: Int32 = CharacterTable.unknown
        /// The node of `UserSymbolTrie` that user-defined symbols beginning with this character
        /// share, 0 when there are none.
        var trieNode: Int32 = 0
    }

    /// The symbol of characters that occur in no piece.
    static let unknown: Int32 = -1

    private var pages = [UInt16](repeating: 0, count: 0x1100)
    private var entries = [Entry](repeating: Entry(), count: 256)

    subscript(scalar: UInt32) -> Entry {
        get { entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xff)] }
        set {
            if pages[Int(scalar >> 8)] == 0 {
                pages[Int(scalar >> 8)] = UInt16(entries.count >> 8)
                entries.append(contentsOf: repeatElement(Entry(), count: 256))
            }
            entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xff)] = newValue
        }
    }
}
