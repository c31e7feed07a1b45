import Diagnostics

/// A reader of rows, each of which is an example or is passed over.
protocol RowReader: LabelledReader {
    associatedtype Row

    var counts: ReadingCounts { get set }
    /// What is passed over, and what is an error.
    var rules: ReadingRules { get }
    /// The error of a file without examples.
    var emptiness: InputError { get }

    /// The next row, nil after the last.
    mutating func nextRow() throws -> Row?
    /// What a row says; nil for one that is passed over, and counted, for what it says.
    mutating func example(_ row: Row) throws -> LabelledExample<Content>?
}

extension RowReader {
    /// The next row that is an example, nil after the last.
    ///
    /// - Throws: `InputError` for a row that is none, where the rules do not pass it over, and for
    ///   a file without examples.
    mutating func nextExample() throws -> LabelledExample<Content>? {
        while let row = try nextRow() {
            do {
                if let example = try example(row) { return example }
            } catch let error as InputError {
                try rules.passOver(error, in: &counts)
            }
        }
        guard counts.examples > 0 else { throw emptiness }
        return nil
    }
}
