/// Words and how often each occurs: an open-addressing hash table over one array of bytes.
///
/// A word takes its bytes, 16 more, and about 8 in the table.
package struct WordTable: Sendable {
    struct Entry {
        var count: Int64
        /// Where the word's bytes begin.
        var start: UInt32
        var length: UInt16
        /// Bits of the hash that the slot does not use, so that other words are seldom read.
        var tag: UInt16
    }

    /// All words' bytes, one after another.
    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []
    /// Indices of entries plus 1, 0 for none; at most 3/4 are taken.
    private var slots = [UInt32](repeating: 0, count: 1 << 10)

    /// Adds `count` to a word of less than 2¹⁶ bytes.
    ///
    /// - Returns: whether there was room for it.
    mutating func add(_ word: UnsafeBufferPointer<UInt8>, count: Int64) -> Bool {
        let hash = Self.hash(word)
        let tag = UInt16(truncatingIfNeeded: hash)
        var slot = slot(hash)
        while slots[slot] > 0 {
            let index = Int(slots[slot]) - 1
            let entry = entries[index]
            if entry.tag == tag, Int(entry.length) == word.count, isEqual(entry, word) {
                entries[index].count += count
                return true
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard bytes.count + word.count <= UInt32.max else { return false }
        entries.append(
            Entry(
                count: count, start: UInt32(bytes.count), length: UInt16(word.count), tag: tag))
        bytes.append(contentsOf: word)
        slots[slot] = UInt32(entries.count)
        if 4 * entries.count > 3 * slots.count { grow() }
        return true
    }

    /// Calls `body` with every word.
    package func forEach(
        _ body: (_ word: UnsafeBufferPointer<UInt8>, _ count: Int64) throws -> Void
    )
        rethrows
    {
        try bytes.withUnsafeBufferPointer { bytes in
            for entry in entries {
                let start = Int(entry.start)
                try body(
                    UnsafeBufferPointer(rebasing: bytes[start..<(start + Int(entry.length))]),
                    entry.count)
            }
        }
    }

    /// Puts the most frequent words first. Nothing can be added afterwards.
    mutating func sortByCount() {
        slots = []
        entries.sort { $0.count > $1.count }
    }

    private func isEqual(_ entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            for index in word.indices where bytes[Int(entry.start) + index] != word[index] {
                return false
            }
            return true
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        bytes.withUnsafeBufferPointer { bytes in
            for (index, entry) in entries.enumerated() {
                let start = Int(entry.start)
                var slot = slot(
                    Self.hash(
                        UnsafeBufferPointer(rebasing: bytes[start..<(start + Int(entry.length))])))
                while slots[slot] > 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = UInt32(index + 1)
            }
        }
    }

    /// The hash's upper half, below which lies the tag.
    private func slot(_ hash: UInt64) -> Int {
        Int(hash >> 32) & (slots.count - 1)
    }

    /// Eight bytes at a time, each product folded onto itself.
    private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(word)
        var hash = UInt64(raw.count)
        func mix(_ part: UInt64) {
            let (high, low) = (hash ^ part).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
            hash = high ^ low
        }
        var index = 0
        while index + 8 <= raw.count {
            mix(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < raw.count {
            rest = rest << 8 | UInt64(raw[index])
            index += 1
        }
        mix(rest)
        mix(0x5851_f42d_4c95_7f2d)
        return hash
    }
}
