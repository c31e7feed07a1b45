import Diagnostics

/// How tags say where a span of words begins and ends.
public enum TagScheme: String, Sendable, CaseIterable {
    /// A tag for each word, such as its part of speech; no spans.
    case plain
    /// `B-` only for a span that follows one of the same type, otherwise `I-` throughout.
    case iob1 = "IOB1"
    /// `B-` for the first word of every span, `I-` for those that follow.
    case iob2 = "IOB2"
    /// IOB2 with `E-` for the last word and `S-` for a span of one.
    case bioes = "BIOES"
    /// IOB2 with `L-` for the last word and `U-` for a span of one.
    case bilou = "BILOU"

    /// The prefix and the type of a tag: `B-PER` is `B` and `PER`; nil for `O` and tags without.
    static func parts(of tag: String) -> (prefix: Character, type: Substring)? {
        guard let prefix = tag.first, "BIESLU".contains(prefix), tag.dropFirst().first == "-",
            tag.count > 2
        else { return nil }
        return (prefix, tag.dropFirst(2))
    }
}
