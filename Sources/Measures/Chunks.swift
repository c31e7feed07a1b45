/// A stretch of words of one type: an entity.
public struct Chunk: Hashable, Sendable {
    /// The type's number.
    let type: Int
    /// The places of the first and last word, counted through all sentences.
    let first: Int
    let last: Int
}

/// How tags are read as chunks.
public enum ChunkRule: Sendable {
    /// seqeval's default, the rules of conlleval: a chunk begins wherever the tags before cannot
    /// contain it, so `I-X` opens one.
    case lenient
    /// seqeval's strict mode with IOB2: only `B` opens a chunk.
    case strict
}

/// Finds chunks in tags.
struct ChunkReader {
    private var types = LabelNumbers()

    /// The chunks of each sentence, in the order of their last words. Sentences are joined with a
    /// place between them, which is outside.
    mutating func chunks(in sentences: [[String]], by rule: ChunkRule) -> [[Chunk]] {
        switch rule {
        case .lenient: lenientChunks(sentences)
        case .strict: strictChunks(sentences)
        }
    }

    /// A tag's prefix and the number of its type.
    private struct Tag {
        var prefix: Unicode.Scalar = "O"
        var type: Int

        var isOutside: Bool { prefix == "O" || prefix == "." }
    }

    /// What follows the first hyphen behind the prefix, or all behind it; `_` for nothing.
    private mutating func lenientTag(_ tag: String) -> Tag {
        let scalars = tag.unicodeScalars
        var rest = scalars.dropFirst()
        if let hyphen = rest.firstIndex(of: "-") { rest = rest[rest.index(after: hyphen)...] }
        let type = rest.isEmpty ? "_" : String(rest)
        return Tag(prefix: scalars.first ?? "O", type: types.number(of: type))
    }

    private mutating func lenientChunks(_ sentences: [[String]]) -> [[Chunk]] {
        // The type before the first word is none of any tag's.
        var before = Tag(type: -1)
        var first = 0
        var place = 0
        var result: [[Chunk]] = []
        for sentence in sentences {
            var chunks: [Chunk] = []
            for tag in sentence + ["O"] {
                let current = lenientTag(tag)
                if Self.ends(before, at: current) {
                    chunks.append(Chunk(type: before.type, first: first, last: place - 1))
                }
                // A chunk may end that never began, such as after a tag with an empty rest; it
                // reaches back to the begin of the chunk before.
                if Self.begins(current, after: before) { first = place }
                before = current
                place += 1
            }
            result.append(chunks)
        }
        return result
    }

    private static func ends(_ before: Tag, at current: Tag) -> Bool {
        switch (before.prefix, current.prefix) {
        case ("E", _), ("S", _): true
        case ("B", "B"), ("B", "S"), ("B", "O"), ("I", "B"), ("I", "S"), ("I", "O"): true
        default: !before.isOutside && before.type != current.type
        }
    }

    private static func begins(_ current: Tag, after before: Tag) -> Bool {
        switch (before.prefix, current.prefix) {
        case (_, "B"), (_, "S"): true
        case ("E", "E"), ("E", "I"), ("S", "E"), ("S", "I"), ("O", "E"), ("O", "I"): true
        default: !current.isOutside && before.type != current.type
        }
    }

    private mutating func strictChunks(_ sentences: [[String]]) -> [[Chunk]] {
        var place = 0
        var result: [[Chunk]] = []
        for sentence in sentences {
            var chunks: [Chunk] = []
            var open: (type: Int, first: Int)?
            for tag in sentence + ["O"] {
                let prefix = tag.unicodeScalars.first ?? "O"
                let type = types.number(of: Self.strictType(tag))
                let continues = prefix == "I" && open?.type == type
                if !continues {
                    if let chunk = open {
                        chunks.append(Chunk(type: chunk.type, first: chunk.first, last: place - 1))
                    }
                    open = prefix == "B" ? (type, place) : nil
                }
                place += 1
            }
            result.append(chunks)
        }
        return result
    }

    /// What is behind the prefix, without hyphens at both ends; `_` for nothing.
    private static func strictType(_ tag: String) -> String {
        var rest = tag.unicodeScalars.dropFirst()
        while rest.first == "-" { rest.removeFirst() }
        while rest.last == "-" { rest.removeLast() }
        return rest.isEmpty ? "_" : String(rest)
    }
}
