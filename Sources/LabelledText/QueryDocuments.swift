import Diagnostics

/// A number for each of some documents of each query, in the order in which they come. Ids are
/// compared by their bytes.
struct QueryDocuments<Number: Sendable>: Sendable {
    /// The queries.
    private(set) var queries: [String] = []
    private var places: [[UInt8]: Int] = [:]
    private var documents: [[(document: String, number: Number)]] = []
    private var known: [Set<[UInt8]>] = []

    /// The documents of a query, nil where there is no such query.
    func documents(of query: String) -> [(document: String, number: Number)]? {
        places[Array(query.utf8)].map { documents[$0] }
    }

    /// Adds a document.
    ///
    /// - Throws: `InputError` for one that the query has already.
    mutating func add(
        _ query: String, _ document: String, _ number: Number, at location: String
    ) throws {
        let key = Array(query.utf8)
        let place = places[key] ?? queries.count
        if place == queries.count {
            places[key] = place
            queries.append(query)
            documents.append([])
            known.append([])
        }
        guard known[place].insert(Array(document.utf8)).inserted else {
            throw InputError(
                at: location, expected: "each document once for a query",
                found: "“\(document.prefix(60))” again for “\(query.prefix(60))”",
                remedy: "Keep one of the two lines.")
        }
        documents[place].append((document, number))
    }
}
