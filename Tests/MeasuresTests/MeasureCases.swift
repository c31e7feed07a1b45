import Foundation
import Measures
import TestSupport
import Testing

/// The cases of a file in `Tests/Fixtures/Measures`.
func cases<Case: Decodable>(_ name: String, as type: Case.Type = Case.self) throws -> [Case] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
        [Case].self, from: Data(Fixtures.bytes("Measures/\(name).json")))
}

/// Expects an evaluation's numbers to be a reference program's to 1e-12, and undefined where they
/// are.
func expect(
    _ evaluation: some Evaluation, gives expected: [String: Double?], at place: Int,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        Set(evaluation.names) == Set(expected.keys), "case \(place)",
        sourceLocation: sourceLocation)
    for (name, value) in zip(evaluation.names, evaluation.values) {
        let reference = expected[name] ?? nil
        let isEqual =
            if let value, let reference { abs(value - reference) <= 1e-12 } else {
                value == nil && reference == nil
            }
        #expect(
            isEqual, "case \(place): \(name) is \(String(describing: value))",
            sourceLocation: sourceLocation)
    }
}

/// Counts of `count` examples, from 0 to 3.
func someWeights(_ count: Int, seed: Int) -> [UInt32] {
    (0..<count).map { UInt32(($0 * 7 + seed * 5 + $0 * $0) % 4) }
}

/// Each element as often as its weight says.
func repeated<Element>(_ elements: [Element], _ weights: [UInt32]) -> [Element] {
    zip(elements, weights).flatMap { Array(repeating: $0, count: Int($1)) }
}

/// Expects a weight to do what repeating the example does.
func expectEqual(
    _ weighted: [Double?], _ repeated: [Double?],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(weighted.count == repeated.count, sourceLocation: sourceLocation)
    for (first, second) in zip(weighted, repeated) {
        let isEqual =
            if let first, let second { abs(first - second) <= 1e-12 } else {
                first == nil && second == nil
            }
        #expect(isEqual, "\(weighted) \(repeated)", sourceLocation: sourceLocation)
    }
}
