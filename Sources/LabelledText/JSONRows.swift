import Diagnostics

/// The rows of a file with JSON: an object on each line; or in one text a list of objects, an
/// object of objects, or an object of columns.
///
/// Lines are read one by one. Another text is read whole.
struct JSONRows {
    /// A row.
    struct Row {
        /// Where it stands.
        let location: String
        /// The key under which it stands in an object of objects.
        let name: String?
        /// Its values; null is left out.
        let fields: [String: JSONValue]
    }

    /// The file.
    let path: String

    private var lines: TextLines?
    /// A line that is read already.
    private var pending: TextLines.Line?
    private var rows: [Row] = []
    private var given = 0

    /// The rows of the file at `path`.
    ///
    /// - Parameter holdingLists: whether the values of a row are lists themselves: then an object
    ///   of lists is one row, unless these hold lists.
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    init(path: String, holdingLists: Bool = false) throws {
        self.path = path
        var lines = try TextLines(path: path, longest: TextLines.largestText)
        guard let first = try lines.nextWithText() else { return }
        let value = try? JSONValue(Array(first.text.utf8), path: path, line: first.number)
        guard let value else {
            let whole = try JSONValue(TextLines.whole(of: path), path: path)
            rows =
                try Self.rows(of: whole, holdingLists: holdingLists)
                ?? [Row(location: path, name: nil, fields: try whole.fields())]
            return
        }
        let second = try lines.nextWithText()
        if value.isObject, let second {
            rows = [Row(location: value.location, name: nil, fields: try value.fields())]
            self.lines = lines
            pending = second
        } else if let second {
            throw InputError(
                at: lines.location(second.number), expected: "an object on each line",
                found: "more after a value of another kind",
                remedy: "Write an object on each line, or one list of objects.")
        } else {
            rows =
                try Self.rows(of: value.whole(of: path), holdingLists: holdingLists)
                ?? [Row(location: value.location, name: nil, fields: try value.fields())]
        }
    }

    /// The next row, nil after the last; blank lines are counted, and those with broken JSON as far
    /// as `rules` let them pass.
    mutating func next(
        counting counts: inout ReadingCounts, rules: ReadingRules
    ) throws -> Row? {
        if given < rows.count {
            given += 1
            return rows[given - 1]
        }
        while let line = try pending ?? lines?.next() {
            pending = nil
            guard !line.text.isBlank else {
                counts.passOver(.blank)
                continue
            }
            do {
                let value = try JSONValue(Array(line.text.utf8), path: path, line: line.number)
                return Row(location: value.location, name: nil, fields: try value.fields())
            } catch let error as InputError {
                try rules.passOver(error, in: &counts)
            }
        }
        return nil
    }

    /// The rows in a list, an object of objects or one of columns; nil for another object, which
    /// is a row itself.
    private static func rows(of value: JSONValue, holdingLists: Bool) throws -> [Row]? {
        if value.isArray {
            return try value.elements().map {
                Row(location: $0.location, name: nil, fields: try $0.fields())
            }
        }
        let members = try value.members()
        if members.allSatisfy(\.value.isObject) {
            return try members.map { name, value in
                Row(location: value.location, name: name, fields: try value.fields())
            }
        }
        if members.allSatisfy(\.value.isArray) {
            let inner = holdingLists ? try members.first?.value.elements() : nil
            if inner?.allSatisfy(\.isArray) ?? true { return try rows(ofColumns: members) }
        }
        return nil
    }

    private static func rows(
        ofColumns members: [(name: String, value: JSONValue)]
    ) throws -> [Row] {
        let columns = try members.map { ($0.name, $0.value, try $0.value.elements()) }
        guard let first = columns.first else { return [] }
        for (_, value, elements) in columns where elements.count != first.2.count {
            throw InputError(
                at: value.location, expected: "\(first.2.count) values, as “\(first.0)” has",
                found: "\(elements.count)", remedy: "Give all columns the same length.")
        }
        return first.2.indices.map { place in
            let fields = columns.map { ($0.0, $0.2[place]) }.filter { !$0.1.isNull }
            return Row(
                location: first.2[place].location, name: nil,
                fields: Dictionary(fields) { value, _ in value })
        }
    }
}

extension JSONRows.Row {
    /// The value under the first of `names` that is there.
    func value(_ names: [String]) -> JSONValue? { names.lazy.compactMap { fields[$0] }.first }

    /// The value under one of `names`.
    ///
    /// - Throws: `InputError` where none is there.
    func required(_ names: [String]) throws -> JSONValue {
        if let value = value(names) { return value }
        let keys = fields.keys.sorted().prefix(12).map { $0.prefix(40) }
        throw InputError(
            at: location, expected: "the key “\(names.joined(separator: "” or “"))”",
            found: keys.isEmpty ? "none" : "the keys \(keys.joined(separator: ", "))",
            remedy: "Name the keys of the file, or the format that it has.")
    }
}
