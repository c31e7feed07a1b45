/// Finds a symbol by its UTF-8 bytes: an open-addressing hash table, at most half full, used while
/// the tables of `BytePairEncoder` are made.
struct PieceIndex {
    private var slots: [Int32]
    private var entries: [(utf8: ArraySlice<UInt8>, symbol: Int32)] = []

    init(capacity: Int) {
        slots = Array(
            repeating: -1, count: 1 << max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount))
        entries.reserveCapacity(capacity)
    }

    mutating func insert(_ utf8: ArraySlice<UInt8>, symbol: Int32) {
        var slot = self.slot(utf8)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(entries.count)
        entries.append((utf8, symbol))
    }

    func symbol(of utf8: ArraySlice<UInt8>) -> Int32? {
        var slot = self.slot(utf8)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.utf8 == utf8 { return entry.symbol }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// FNV-1a, folded.
    private func slot(_ utf8: ArraySlice<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return Int((hash ^ hash >> 32) & UInt64(slots.count - 1))
    }
}
