/// How often every character occurs, and its kind: two levels, pages of 256 code points, only those
/// pages that occur.
package struct CharacterCounts: Sendable {
    private var pages = [UInt16](repeating: .max, count: 0x1100)
    private var kinds: [CharacterKind] = []
    private var counts: [Int64] = []

    /// Counts a character `times` times and returns its kind.
    @inline(__always)
    mutating func add(_ scalar: UInt32, times: Int64 = 1) -> CharacterKind {
        if pages[Int(scalar >> 8)] == .max { addPage(of: scalar) }
        let place = Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xff)
        counts[place] += times
        return kinds[place]
    }

    private mutating func addPage(of scalar: UInt32) {
        pages[Int(scalar >> 8)] = UInt16(counts.count >> 8)
        counts.append(contentsOf: repeatElement(0, count: 256))
        kinds.append(
            contentsOf: (0..<256).map { CharacterKind(of: scalar & ~0xff | UInt32($0)) })
    }

    /// The characters that occur, by code point.
    var all: [(scalar: UInt32, count: Int64)] {
        pages.indices.filter { pages[$0] != .max }.flatMap { page in
            (0..<256).compactMap { offset in
                let count = counts[Int(pages[page]) << 8 | offset]
                return count > 0 ? (UInt32(page << 8 | offset), count) : nil
            }
        }
    }

    mutating func add(_ other: CharacterCounts) {
        for (scalar, count) in other.all { _ = add(scalar, times: count) }
    }
}
