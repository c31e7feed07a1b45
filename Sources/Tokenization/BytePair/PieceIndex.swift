/// Finds a symbol by its UTF-8 bytes: an open-addressing hash table, at most half full, used while
/// the tables of tokenizers are made.
///
/// A text's hash is Σ (bᵢ + 1) Bⁿ⁻¹⁻ⁱ over its n bytes, modulo 2⁶⁴, so that those of all beginnings
/// and endings of a text take one pass each.
struct PieceIndex {
    private struct Entry {
        let utf8: ArraySlice<UInt8>
        let hash: UInt64
        let symbol: Int32
    }

    private var slots: [Int32]
    private var entries: [Entry] = []
    private let shift: UInt64

    /// B, which is odd.
    private static let base: UInt64 = 0x5851_f42d_4c95_7f2d

    init(capacity: Int) {
        let bits = max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
        slots = Array(repeating: -1, count: 1 << bits)
        shift = UInt64(64 - bits)
        entries.reserveCapacity(capacity)
    }

    /// Adds a text, unless it is there already.
    ///
    /// - Returns: whether it was added.
    @discardableResult
    mutating func insert(_ utf8: ArraySlice<UInt8>, symbol: Int32) -> Bool {
        let hash = Self.hash(utf8)
        let (slot, found) = find(utf8, hash)
        guard found == nil else { return false }
        slots[slot] = Int32(entries.count)
        entries.append(Entry(utf8: utf8, hash: hash, symbol: symbol))
        return true
    }

    func symbol(of utf8: ArraySlice<UInt8>) -> Int32? {
        find(utf8, Self.hash(utf8)).symbol
    }

    /// Calls `body` wherever a text can be cut between two characters into two that are here, from
    /// front to back, with the place in the text and both symbols. Time grows with the text's
    /// length and with that of the halves that are found.
    func forEachCut(
        of utf8: ArraySlice<UInt8>, _ body: (_ cut: Int, _ left: Int32, _ right: Int32) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: utf8.count) { endings in
            var (hash, power) = (0 as UInt64, 1 as UInt64)
            for place in (0..<utf8.count).reversed() {
                hash &+= (UInt64(utf8[utf8.startIndex + place]) + 1) &* power
                power &*= Self.base
                endings[place] = hash
            }
            var beginning: UInt64 = 0
            for cut in utf8.indices {
                if cut > utf8.startIndex, utf8[cut] & 0xc0 != 0x80,
                    let left = find(utf8[..<cut], beginning).symbol,
                    let right = find(utf8[cut...], endings[cut - utf8.startIndex]).symbol
                {
                    body(cut, left, right)
                }
                beginning = Self.append(utf8[cut], to: beginning)
            }
        }
    }

    /// The symbol of a text with this hash, or the slot where it would be.
    private func find(_ utf8: ArraySlice<UInt8>, _ hash: UInt64) -> (slot: Int, symbol: Int32?) {
        var slot = Int((hash &* 0x9e37_79b9_7f4a_7c15) >> shift)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, entry.utf8 == utf8 { return (slot, entry.symbol) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return (slot, nil)
    }

    private static func hash(_ utf8: ArraySlice<UInt8>) -> UInt64 {
        utf8.reduce(0) { append($1, to: $0) }
    }

    @inline(__always)
    private static func append(_ byte: UInt8, to hash: UInt64) -> UInt64 {
        hash &* base &+ UInt64(byte) &+ 1
    }
}
