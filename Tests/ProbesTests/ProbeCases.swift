import Foundation
import Probes
import TensorCore
import TestSupport

/// The cases of a file in `Tests/Fixtures/Probes`.
func cases<Case: Decodable>(_ name: String, as type: Case.Type = Case.self) throws -> [Case] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode([Case].self, from: Data(Fixtures.bytes("Probes/\(name).json")))
}

let oneThread = Parallel(threads: 1)

/// What scikit-learn learned with which settings.
struct Learned: Decodable {
    var c: Double
    var tolerance: Double
    var iterations: Int
    var took: Int
    var weights: [[Double]]
    var intercepts: [Double]
    var predictions: [Int]
    var probabilities: [[Double]]

    var settings: LogisticRegression.Settings {
        var settings = LogisticRegression.Settings()
        (settings.c, settings.tolerance, settings.iterations) = (c, tolerance, iterations)
        return settings
    }
}
