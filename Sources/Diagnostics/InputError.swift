/// Something the user can fix: a recipe, a file, a folder or an option is not as it must be.
///
/// The programs print `description` on standard error and exit with code 2. Anything else that
/// goes wrong is a different error type and exits with code 1.
public struct InputError: Error, Equatable, CustomStringConvertible {
    /// The file, the line or the key: `recipes/a.yaml:12: phases.0.mask.ratio`.
    public let location: String
    /// What would have been right: `a ratio between 0 and 1`.
    public let expected: String
    /// What is there: `1.5`.
    public let found: String
    /// What to do about it, a whole sentence: `Write the share of masked tokens, such as 0.3.`
    public let remedy: String

    /// An error at `location`; `expected` and `found` are phrases, `remedy` is a sentence.
    public init(at location: String, expected: String, found: String, remedy: String) {
        self.location = location
        self.expected = expected
        self.found = found
        self.remedy = remedy
    }

    /// `location: expected …, found …. remedy`, on one line: control characters, which names in
    /// files may have, are written as escapes. An empty location, as of an option without a value,
    /// is `""`; words of others that end in a full stop get no second one.
    public var description: String {
        let place = location.isEmpty ? "\"\"" : location
        let end = found.hasSuffix(".") ? "" : "."
        return visible("\(place): expected \(expected), found \(found)\(end) \(remedy)")
    }
}
