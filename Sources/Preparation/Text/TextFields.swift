/// The keys of JSON lines, or columns of tables, under which documents and their languages lie.
public struct TextFields: Sendable, Equatable {
    /// Where a document lies.
    public var text: String
    /// Where the code of its language lies; nil where files hold one language each.
    public var language: String?

    /// The usual key, and no language.
    public static let usual = TextFields()

    /// Fields of these names.
    public init(text: String = "text", language: String? = nil) {
        (self.text, self.language) = (text, language)
    }
}
