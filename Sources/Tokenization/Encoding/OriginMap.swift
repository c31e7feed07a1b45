/// For each byte of a changed text the characters of the original that it comes from.
struct OriginMap: Equatable {
    /// Where these begin, and where they end, in bytes of the original. Both ascend.
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []

    /// Adds bytes that come from a range of the original.
    mutating func append(_ count: Int, from range: Range<Int>) {
        starts.append(contentsOf: repeatElement(Int32(range.lowerBound), count: count))
        ends.append(contentsOf: repeatElement(Int32(range.upperBound), count: count))
    }

    /// Makes the last bytes come from text up to `end`.
    mutating func extendLast(to end: Int) {
        var place = ends.count - 1
        while place >= 0, starts[place] == starts[ends.count - 1] {
            ends[place] = Int32(end)
            place -= 1
        }
    }

    /// What a range of the changed text comes from. A place inside of what one character became
    /// comes from all of that.
    func range(_ range: Range<Int>) -> Range<Int> {
        guard let last = ends.last, range.lowerBound < starts.count else {
            let end = Int(ends.last ?? 0)
            return end..<end
        }
        let start = Int(starts[range.lowerBound])
        if range.isEmpty {
            let isInside = range.lowerBound > 0 && Int(starts[range.lowerBound - 1]) == start
            return start..<(isInside ? Int(ends[range.lowerBound]) : start)
        }
        let end = range.upperBound <= ends.count ? ends[range.upperBound - 1] : last
        return start..<max(start, Int(end))
    }

    /// The map of a text that was changed once more: `self` is of the first change.
    func followed(by next: OriginMap) -> OriginMap {
        var map = OriginMap()
        map.starts = next.starts.map { starts[Int($0)] }
        map.ends = next.ends.map { ends[Int($0) - 1] }
        return map
    }
}

/// A normalised text, with its map if that is asked for.
struct MappedText {
    /// UTF-8.
    private(set) var text: [UInt8]
    /// Empty where origins are not kept.
    private(set) var origins: OriginMap
    private let keepsOrigins: Bool
    /// Whether white space in front was taken away.
    var lacksFront = false

    /// A text after these steps, one after another; nil where none changes it.
    init?(
        _ text: UnsafeBufferPointer<UInt8>, by steps: [TextNormalizer], keepsOrigins: Bool = true
    ) {
        var found: MappedText?
        for step in steps {
            guard let before = found else {
                found = step.mapped(text, keepsOrigins: keepsOrigins)
                continue
            }
            let next = before.text.withUnsafeBufferPointer {
                step.mapped($0, keepsOrigins: keepsOrigins)
            }
            if var next {
                if keepsOrigins { next.origins = before.origins.followed(by: next.origins) }
                if before.lacksFront { next.lacksFront = true }
                found = next
            }
        }
        guard let found else { return nil }
        self = found
    }

    /// No text as yet.
    init(keepsOrigins: Bool) {
        (text, origins, self.keepsOrigins) = ([], OriginMap(), keepsOrigins)
    }

    /// Adds text that stands for a range of the original.
    mutating func append(_ utf8: some Collection<UInt8>, from range: Range<Int>) {
        text.append(contentsOf: utf8)
        if keepsOrigins { origins.append(utf8.count, from: range) }
    }

    /// Adds characters of the original as they are.
    mutating func append(_ original: UnsafeBufferPointer<UInt8>, unchanged range: Range<Int>) {
        guard keepsOrigins else { return text.append(contentsOf: original[range]) }
        var place = range.lowerBound
        while place < range.upperBound {
            let length = max(1, decodeScalar(original, at: place).length)
            let end = min(range.upperBound, place + length)
            append(original[place..<end], from: place..<end)
            place = end
        }
    }

    /// Adds what a stretch of the original became: from the front on, characters that are the same
    /// come from themselves, and the rest from the rest.
    mutating func append(
        _ changed: [UInt8], of range: Range<Int>, in original: UnsafeBufferPointer<UInt8>
    ) {
        guard keepsOrigins else { return text.append(contentsOf: changed) }
        var same = zip(changed, original[range]).prefix { $0 == $1 }.count
        func isWithinCharacter(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
            bytes.dropFirst(same).first.map { $0 & 0xc0 == 0x80 } ?? false
        }
        while isWithinCharacter(changed) || isWithinCharacter(original[range]) { same -= 1 }
        let rest = (range.lowerBound + same)..<range.upperBound
        append(original, unchanged: range.lowerBound..<rest.lowerBound)
        if rest.isEmpty, let start = origins.starts.last {
            append(changed[same...], from: Int(start)..<rest.upperBound)
        } else if same == changed.count {
            origins.extendLast(to: rest.upperBound)
        } else {
            append(changed[same...], from: rest)
        }
    }
}
