import Diagnostics

/// Reads the examples of a file one by one.
///
/// A set of hundreds of thousands of pairs need not be in memory: `next()` keeps one.
public protocol LabelledReader {
    /// What an example says.
    associatedtype Content: Sendable & Equatable

    /// The next example, nil after the last.
    ///
    /// - Throws: `InputError` for what is not as the format says, with its line or key.
    mutating func next() throws -> LabelledExample<Content>?

    /// What was read so far, and what was passed over.
    var counts: ReadingCounts { get }
}

/// A labelled file in memory.
public struct LabelledSet<Content: Sendable & Equatable>: Sendable {
    /// Its examples, in the order of the file.
    public let examples: [LabelledExample<Content>]
    /// How many there are of what, and what was passed over.
    public let counts: ReadingCounts

    init(examples: [LabelledExample<Content>], counts: ReadingCounts) {
        (self.examples, self.counts) = (examples, counts)
    }

    /// All that `reader` has left.
    ///
    /// - Throws: what the reader throws.
    public init<Reader: LabelledReader>(_ reader: Reader) throws where Reader.Content == Content {
        var reader = reader
        var examples: [LabelledExample<Content>] = []
        while let example = try reader.next() { examples.append(example) }
        self.examples = examples
        counts = reader.counts
    }
}
