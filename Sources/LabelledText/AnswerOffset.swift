/// What a file's number for the place of an answer turned out to count.
public enum AnswerOffset: String, Sendable, CaseIterable {
    /// Code points (Unicode scalars), as it should.
    case codePoints = "code points"
    /// Units of UTF-16, as programs in JavaScript and Java count.
    case utf16 = "units of UTF-16"
    /// Bytes of UTF-8.
    case bytes = "bytes of UTF-8"
    /// Something else: the answer stands at another place.
    case elsewhere = "another place"
    /// Nothing: the answer stands nowhere in the context.
    case absent = "no place"
}

/// Whether offsets that are wrong are an error.
public enum OffsetRule: Sendable {
    /// Every answer stands where the file says, in code points.
    case exact
    /// Wrong offsets are mended and counted; an answer that stands nowhere has no place.
    case mended
}

/// A context in which answers are looked for.
struct AnswerContext {
    /// Its code points.
    private let scalars: [Unicode.Scalar]

    /// A context.
    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// What `start` counts, and where the answer stands: there, or else nearest to there, the
    /// earlier of two. Places are in code points.
    func place(of answer: String, at start: Int) -> (AnswerOffset, Range<Int>?) {
        let answer = Array(answer.unicodeScalars)
        func range(from place: Int?) -> Range<Int>? {
            guard let place, isEqual(answer, at: place) else { return nil }
            return place..<(place + answer.count)
        }
        if let range = range(from: start) { return (.codePoints, range) }
        if let range = range(from: place(ofUnit: start) { $0.utf16.count }) {
            return (.utf16, range)
        }
        if let range = range(from: place(ofUnit: start) { $0.utf8.count }) {
            return (.bytes, range)
        }
        if let range = range(from: nearest(answer, to: start)) { return (.elsewhere, range) }
        return (.absent, nil)
    }

    private func isEqual(_ answer: [Unicode.Scalar], at place: Int) -> Bool {
        place >= 0 && place <= scalars.count - answer.count
            && scalars[place...].starts(with: answer)
    }

    /// The code point that begins with a unit of another kind; nil within one and outside.
    private func place(ofUnit unit: Int, width: (Unicode.Scalar) -> Int) -> Int? {
        guard unit >= 0 else { return nil }
        var count = 0
        for (place, scalar) in scalars.enumerated() {
            if count >= unit { return count == unit ? place : nil }
            count += width(scalar)
        }
        return nil
    }

    /// Where the answer stands nearest to a place, by Knuth, Morris and Pratt's search.
    private func nearest(_ answer: [Unicode.Scalar], to place: Int) -> Int? {
        guard !answer.isEmpty, answer.count <= scalars.count else { return nil }
        // How much of the answer's front is matched again where it fails after each count.
        var borders = [0]
        var matched = 0
        for scalar in answer.dropFirst() {
            while matched > 0, answer[matched] != scalar { matched = borders[matched - 1] }
            if answer[matched] == scalar { matched += 1 }
            borders.append(matched)
        }
        let wanted = min(max(place, 0), scalars.count)
        var best: Int?
        matched = 0
        for (end, scalar) in scalars.enumerated() {
            while matched > 0, matched == answer.count || answer[matched] != scalar {
                matched = borders[matched - 1]
            }
            if answer[matched] == scalar { matched += 1 }
            guard matched == answer.count else { continue }
            let start = end + 1 - matched
            if best.map({ abs(start - wanted) < abs($0 - wanted) }) ?? true { best = start }
            // What follows stands farther away.
            if start >= wanted { break }
        }
        return best
    }
}
