/// Something a person should know while files are fetched.
public struct Notice: Sendable, Equatable {
    /// Whether something went wrong that may be temporary; otherwise it is progress.
    public let isWarning: Bool
    /// What it is, in a line.
    public let text: String

    static func warning(_ text: String) -> Notice { Notice(isWarning: true, text: text) }
    static func progress(_ text: String) -> Notice { Notice(isWarning: false, text: text) }
}
