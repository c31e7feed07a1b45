/// Which two symbols join to which piece, and how early: an open-addressing hash table from a pair
/// of symbols to rank and piece, at most half full.
struct MergeTable {
    /// The result of joining two symbols; `rank` orders merges, smallest first.
    struct Merge: Equatable {
        var rank: UInt32
        var piece: Int32

        /// Two symbols that do not join.
        static let none = Merge(rank: .max, piece: -1)
    }

    private struct Entry {
        var key: UInt64 = .max
        var merge = Merge.none
    }

    private var entries: [Entry]
    private let shift: UInt64

    /// A table for up to `capacity` pairs.
    init(capacity: Int) {
        let bits = max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
        entries = Array(repeating: Entry(), count: 1 << bits)
        shift = UInt64(64 - bits)
    }

    mutating func insert(left: Int32, right: Int32, merge: Merge) {
        let key = Self.key(left, right)
        var slot = self.slot(key)
        while entries[slot].key != .max, entries[slot].key != key {
            slot = (slot + 1) & (entries.count - 1)
        }
        entries[slot] = Entry(key: key, merge: merge)
    }

    func merge(_ left: Int32, _ right: Int32) -> Merge {
        let key = Self.key(left, right)
        return entries.withUnsafeBufferPointer { entries in
            var slot = self.slot(key)
            while entries[slot].key != key {
                if entries[slot].key == .max { return .none }
                slot = (slot + 1) & (entries.count - 1)
            }
            return entries[slot].merge
        }
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Fibonacci hashing: the top bits of a product with 2⁶⁴ / golden ratio.
    private func slot(_ key: UInt64) -> Int {
        Int(((key ^ (key >> 29)) &* 0x9e37_79b9_7f4a_7c15) >> shift)
    }
}

/// Which two characters stand side by side in some piece, as hashed bits: where the answer is no,
/// no merge can cross, and text is split into parts that are encoded on their own. A wrong yes
/// costs time, never correctness.
struct NeighbourFilter {
    private var bits: [UInt64]
    private let shift: UInt64

    /// A filter for about `capacity` pairs, one bit in 16 set.
    init(capacity: Int) {
        let log = max(6, Int.bitWidth - (16 * capacity).leadingZeroBitCount)
        bits = Array(repeating: 0, count: 1 << (log - 6))
        shift = UInt64(64 - log)
    }

    mutating func insert(_ left: Int32, _ right: Int32) {
        let place = place(left, right)
        bits[place >> 6] |= 1 << UInt64(place & 63)
    }

    func mayContain(_ left: Int32, _ right: Int32) -> Bool {
        let place = place(left, right)
        return bits[place >> 6] >> UInt64(place & 63) & 1 != 0
    }

    private func place(_ left: Int32, _ right: Int32) -> Int {
        let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
        return Int(((key ^ (key >> 29)) &* 0x9e37_79b9_7f4a_7c15) >> shift)
    }
}
