import Diagnostics

/// The ids of a file's examples, in its order, and where each is. They are compared by their bytes.
struct ExampleIDs {
    /// What an example is called, if it is, and its file and line.
    typealias Example = (id: String?, location: String)

    private let ids: [(text: String, location: String)]
    private let places: [[UInt8]: Int]

    /// The number of examples.
    var count: Int { ids.count }

    /// Nil where no example has an id.
    ///
    /// - Throws: `InputError` where others have one, and for an id that is there twice.
    init?(_ examples: [Example]) throws {
        guard examples.contains(where: { $0.id != nil }) else { return nil }
        var ids: [(text: String, location: String)] = []
        var places: [[UInt8]: Int] = [:]
        for (place, example) in examples.enumerated() {
            guard let id = example.id else {
                throw InputError(
                    at: example.location, expected: "an “id”, as other lines of the file have",
                    found: "none", remedy: "Give all lines an id or none.")
            }
            guard places.updateValue(place, forKey: Array(id.utf8)) == nil else {
                throw InputError(
                    at: example.location, expected: "an id of its own",
                    found: "“\(id)” a second time", remedy: "Leave one of the lines out.")
            }
            ids.append((id, example.location))
        }
        (self.ids, self.places) = (ids, places)
    }

    /// Where the examples of these ids are in the file of predictions at `path`, which has the ids
    /// `predictions`.
    ///
    /// - Throws: `InputError` for an id that it has not.
    func places(in predictions: ExampleIDs, at path: String) throws -> [Int] {
        try ids.map { id, location in
            if let place = predictions.places[Array(id.utf8)] { return place }
            throw InputError(
                at: path, expected: "a prediction for the id “\(id)”", found: "none",
                remedy: "Predict it too, or leave it out of the references (\(location)).")
        }
    }
}
