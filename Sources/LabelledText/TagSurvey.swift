import Diagnostics
import Reporting

/// What the tags of a file have in common, sentence by sentence.
struct TagSurvey {
    /// Words inside a span that has no beginning: `I-` after `O`, or after another type.
    private(set) var unopened = 0
    /// Where the first of them is.
    private(set) var firstUnopened: String?

    /// A tag and where it first is.
    private typealias Place = (tag: String, location: String)

    /// Where each prefix is for the first time.
    private var prefixes: [Character: Place] = [:]
    /// `B-` where the word before is not of the same type: which IOB1 has not.
    private var hasOpening = false
    private var firstPrefixed: Place?
    /// The first tag without prefix that is not `O`.
    private var firstPlain: Place?

    /// Looks at the tags of a sentence, whose words are at the given locations.
    mutating func add(_ tags: [String], at location: (Int) -> String) {
        /// The type of a span that may go on.
        var open: Substring?
        for (place, tag) in tags.enumerated() {
            guard let (prefix, type) = TagScheme.parts(of: tag) else {
                if tag != "O", firstPlain == nil { firstPlain = (tag, location(place)) }
                open = nil
                continue
            }
            if prefixes[prefix] == nil { prefixes[prefix] = (tag, location(place)) }
            if firstPrefixed == nil { firstPrefixed = (tag, location(place)) }
            if "IEL".contains(prefix), open != type {
                unopened += 1
                if firstUnopened == nil { firstUnopened = location(place) }
            }
            if prefix == "B", open != type { hasOpening = true }
            open = "ESLU".contains(prefix) ? nil : type
        }
    }

    /// The scheme of all sentences.
    ///
    /// - Throws: `InputError` where tags of several schemes are mixed.
    func scheme() throws -> TagScheme {
        guard let firstPrefixed else { return .plain }
        if let firstPlain {
            throw InputError(
                at: firstPlain.location,
                expected: "O or a tag with a prefix, such as \(firstPrefixed.tag.prefix(60))",
                found: "“\(firstPlain.tag.prefix(60))”",
                remedy: "Give the tags of spans B- and I-, or write data: {scheme: plain}.")
        }
        let isBIOES = prefixes["E"] != nil || prefixes["S"] != nil
        if let other = prefixes["L"] ?? prefixes["U"] {
            guard !isBIOES else {
                throw InputError(
                    at: other.location, expected: "the prefixes of BIOES or those of BILOU",
                    found: "both, here “\(other.tag.prefix(60))”",
                    remedy: "Write all spans in one scheme, best in IOB2: B- and I-.")
            }
            return .bilou
        }
        if isBIOES { return .bioes }
        return unopened > 0 && !hasOpening ? .iob1 : .iob2
    }

    /// The error of tags in IOB1, in the file at `path`.
    func iob1(at path: String) -> InputError {
        InputError(
            at: firstUnopened ?? path, expected: "B- at the beginning of every span (IOB2)",
            found: "IOB1: I- begins spans, in \(counted(unopened, "place"))",
            remedy: "Write data: {scheme: IOB1} in the recipe, or --input-scheme IOB1 for mmbert "
                + "predict, and it is read as IOB2.")
    }

    /// Refuses tags that are not of the scheme that is `named`.
    func check(against named: TagScheme) throws {
        let found = try scheme()
        let kin: Set<TagScheme> = [.iob1, .iob2]
        if found == named || kin.isSuperset(of: [found, named]) { return }
        guard let other = found == .plain ? firstPlain : firstPrefixed else { return }
        throw InputError(
            at: other.location, expected: "tags of \(named.rawValue), as is named",
            found: "\(found.rawValue), here “\(other.tag.prefix(60))”",
            remedy: "Write data: {scheme: \(found.rawValue)}, or leave it out.")
    }
}

extension TagScheme {
    /// Tags of IOB1 in IOB2: every span begins with `B-`.
    static func iob2(fromIOB1 tags: [String]) -> [String] {
        var open: Substring?
        return tags.map { tag in
            guard let (prefix, type) = parts(of: tag) else {
                open = nil
                return tag
            }
            defer { open = type }
            return prefix == "I" && open != type ? "B-\(type)" : tag
        }
    }
}
