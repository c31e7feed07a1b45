import Diagnostics

/// Where in a row the texts, the label and the id are.
struct TextColumns {
    var text: Int
    var pair: Int?
    var label: Int?
    var id: Int?
    /// How many columns a row has.
    var width: Int
    /// Who says so, for messages: `the first row`.
    var source = "the first row"

    /// The columns of a file whose rows have no names.
    init(text: Int, pair: Int? = nil, label: Int?, width: Int, source: String) {
        (self.text, self.pair, self.label) = (text, pair, label)
        (self.width, self.source) = (width, source)
    }

    /// The columns by the names in the first row of a file, in any case.
    ///
    /// - Throws: `InputError` for a column that is missing or there twice.
    init(_ header: [String], _ wanted: TextFieldNames, at location: String) throws {
        let names = header.map { $0.trimmed.lowercased() }
        func place(of wanted: [String]) throws -> Int? {
            for name in wanted.map({ $0.lowercased() }) {
                let places = names.indices.filter { names[$0] == name }
                guard places.count < 2 else {
                    throw InputError(
                        at: location, expected: "one column “\(name)”", found: "\(places.count)",
                        remedy: "Give each column a name of its own in the first row.")
                }
                if let place = places.first { return place }
            }
            return nil
        }
        func required(_ wanted: [String]) throws -> Int {
            if let place = try place(of: wanted) { return place }
            throw InputError(
                at: location,
                expected: "a column “\(wanted.joined(separator: "” or “"))” in the first row",
                found: Self.shown(header),
                remedy: "Check that the file has the format that is named, with its first row.")
        }
        text = try required(wanted.text)
        pair = wanted.pair.isEmpty ? nil : try required(wanted.pair)
        label = try place(of: wanted.label)
        id = try place(of: wanted.id)
        width = header.count
    }

    /// The columns of a row, as messages name them.
    static func shown(_ fields: [String]) -> String {
        "the columns " + fields.prefix(12).map { $0.prefix(40) }.joined(separator: ", ")
    }
}
