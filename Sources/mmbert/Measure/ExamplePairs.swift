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
        let places = try wanted.places(in: given, at: predictions.path)
        pairs = zip(references.lines, places).map { ($0, predictions.lines[$1]) }
        strangers = given.count - wanted.count
    }

    private static func ids(of file: MeasuredFile) throws -> ExampleIDs? {
        try ExampleIDs(file.lines.map { ($0.id, $0.location) })
    }
}
