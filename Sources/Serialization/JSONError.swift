/// What was expected in a JSON text, and where something else is.
public struct JSONError: Error, Equatable {
    /// The place of the byte that reading had reached; the count of bytes at the end.
    public let position: Int
    /// What should be there, such as `a whole number`.
    public let expected: String

    /// An error at a place.
    public init(position: Int, expected: String) {
        (self.position, self.expected) = (position, expected)
    }

    /// The line of that place in `text`, from 1.
    public func line(in text: [UInt8]) -> Int {
        text.prefix(position).count { $0 == 0x0a } + 1
    }

    /// The first bytes of what is there in `text`, in quotes, or `the end`.
    public func found(in text: [UInt8]) -> String {
        let found = text.dropFirst(position).prefix(16)
        return found.isEmpty ? "the end" : "\"\(String(decoding: found, as: UTF8.self))\""
    }
}
