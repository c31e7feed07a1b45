import Diagnostics
import Reporting

/// References and predictions of the same examples beside each other.
///
/// They are matched by id where all lines of both files have one, else line by line.
struct ExamplePairs {
    /// The lines, in the order of the references.
    let pairs: [(reference: MeasuredLine, prediction: MeasuredLine)]
    /// The number of predictions for ids that no reference has.
    let strangers: Int

    init(_ references: MeasuredFile, _ predictions: MeasuredFile) throws {
        guard let wanted = try Self.ids(of: references), let given = try Self.ids(of: predictions)
        else {
            guard references.lines.count == predictions.lines.count else {
                throw InputError(
                    at: predictions.path,
                    expected: "\(counted(references.lines.count, "line")), one for each of "
                        + references.path,
                    found: grouped(predictions.lines.count),
                    remedy: "Give a prediction for each reference, or an “id” in both files.")
            }
            pairs = Array(zip(references.lines, predictions.lines))
            strangers = 0
            return
        }
        pairs = try zip(references.lines, wanted).map { line, id in
            guard let place = given[id.key] else {
                throw InputError(
                    at: predictions.path, expected: "a prediction for the id “\(id.text)”",
                    found: "none",
                    remedy: "Predict it too, or leave it out of the references (\(line.location)).")
            }
            return (line, predictions.lines[place])
        }
        strangers = given.count - wanted.count
    }

    /// An id, compared by its bytes.
    private struct ID {
        let text: String
        var key: [UInt8] { Array(text.utf8) }
    }

    private static func ids(of file: MeasuredFile) throws -> IDs? {
        let ids = file.lines.map(\.id)
        let known = ids.compactMap(\.self)
        guard !known.isEmpty else { return nil }
        if let place = ids.firstIndex(of: nil) {
            throw file.lines[place].error(
                expected: "an “id”, as other lines of the file have", found: "none",
                remedy: "Give all lines an id or none.")
        }
        var places: [[UInt8]: Int] = [:]
        for (place, id) in known.enumerated() {
            if places.updateValue(place, forKey: Array(id.utf8)) != nil {
                throw file.lines[place].error(
                    expected: "an id of its own", found: "“\(id)” a second time",
                    remedy: "Leave one of the lines out.")
            }
        }
        return IDs(places: places, ids: known.map { ID(text: $0) })
    }

    /// The ids of a file, in its order, and where each is.
    private struct IDs: Sequence {
        let places: [[UInt8]: Int]
        let ids: [ID]
        var count: Int { ids.count }
        subscript(key: [UInt8]) -> Int? { places[key] }
        func makeIterator() -> IndexingIterator<[ID]> { ids.makeIterator() }
    }
}
