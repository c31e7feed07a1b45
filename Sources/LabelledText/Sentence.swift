import Diagnostics

/// A sentence while its lines are read.
package struct Sentence {
    /// Its name, if a comment gives one.
    private(set) var id: String?
    /// Its words.
    package private(set) var words: [String] = []
    /// The tag of each, if there are tags.
    package private(set) var tags: [String] = []
    private(set) var spaces: [Bool] = []
    /// The line of each word.
    package private(set) var lines: [Int] = []

    /// Whether one of its lines was passed over, and so it is no sentence any more.
    var isMalformed = false

    var isEmpty: Bool { words.isEmpty }
    var isWhole: Bool { !isEmpty && !isMalformed }

    /// Whether a space stands before the next word.
    private var isSpaced = true
    /// The last word of several that are written as one, and whether a space follows it.
    private var fused: (last: Int, isSpaced: Bool)?

    /// Keeps `sent_id` of a comment.
    mutating func readComment(_ text: String) {
        let parts = text.dropFirst().split(separator: "=", maxSplits: 1)
        if parts.count == 2, parts[0].trimmed == "sent_id" { id = parts[1].trimmed }
    }

    /// Whether a row of CoNLL-U is a single word; notes where spaces are.
    mutating func isWord(_ fields: [String], at location: String) throws -> Bool {
        let hasSpace = !fields[9].split(separator: "|").contains("SpaceAfter=No")
        let number = fields[0]
        if number.contains(".") { return false }
        let ends = number.split(separator: "-", omittingEmptySubsequences: false)
        if ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), first < last {
            fused = (last, hasSpace)
            return false
        }
        guard let number = Int(number), number == words.count + 1 else {
            throw InputError(
                at: location, expected: "the word's number, \(words.count + 1)",
                found: "“\(number.prefix(40))”",
                remedy: "Number the words of a sentence from 1, and part sentences by blank lines.")
        }
        spaces.append(isSpaced)
        isSpaced = hasSpace
        if let end = fused, end.last == number {
            isSpaced = end.isSpaced
            fused = nil
        }
        return true
    }

    /// Adds a word.
    mutating func add(_ word: String, tag: String?, line: Int) {
        words.append(word)
        if let tag { tags.append(tag) }
        lines.append(line)
    }
}
