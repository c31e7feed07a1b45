import Diagnostics

/// The rows of a file with JSON: an object on each line; or in one text a list of objects, an
/// object of objects, or an object of columns.
///
/// Lines are read one by one. Another text is read whole.
package struct JSONRows {
    /// What a single object is that stands alone in a file.
    package enum LoneObject {
        /// Rows: of objects each is one; lists are columns.
        case rows
        /// The same, where the values of a row are lists: an object of lists is one row, unless
        /// these hold lists.
        case rowsOfLists
        /// A row.
        case row
    }

    /// A row.
    package struct Row {
        /// Where it stands.
        package let location: String
        /// The key under which it stands in an object of objects.
        let name: String?
        /// Its values; null is left out.
        package let fields: [String: JSONValue]
        /// The object that it is; nil where the file has columns.
        package let value: JSONValue?

        init(_ value: JSONValue, name: String? = nil) throws {
            (location, self.name, self.value) = (value.location, name, value)
            fields = try value.fields()
        }

        fileprivate init(location: String, fields: [String: JSONValue]) {
            (self.location, self.fields) = (location, fields)
            (name, value) = (nil, nil)
        }
    }

    /// The file.
    package let path: String

    private var lines: TextLines?
    /// A line that is read already.
    private var pending: TextLines.Line?
    private var rows: [Row] = []
    private var given = 0

    /// The rows of the file at `path`, read once from its front, so that it may be a pipe.
    ///
    /// - Parameter object: what an object is that stands alone.
    /// - Throws: `InputError` for a file that cannot be read or is no JSON.
    package init(path: String, object: LoneObject = .rows) throws {
        try self.init(TextLines(path: path, longest: TextLines.largestText), object: object)
    }

    /// The rows in lines of which none has been read, or only blank ones.
    package init(_ lines: TextLines, object: LoneObject = .rows) throws {
        path = lines.path
        var lines = lines
        guard let first = try lines.nextWithText() else { return }
        let value = try? JSONValue(Array(first.text.utf8), path: path, line: first.number)
        guard let value else {
            lines.unread(first)
            rows = try Self.rows(of: JSONValue(lines.wholeRest(), path: path), object)
            return
        }
        let second = try lines.nextWithText()
        if value.isObject, let second {
            rows = [try Row(value)]
            self.lines = lines
            pending = second
        } else if let second {
            throw InputError(
                at: lines.location(second.number), expected: "an object on each line",
                found: "more after a value of another kind",
                remedy: "Write an object on each line, or one list of objects.")
        } else {
            rows = try Self.rows(of: value.whole(of: path), object, line: value)
        }
    }

    /// The next row, nil after the last; blank lines are counted, and those with broken JSON as far
    /// as `rules` let them pass.
    package mutating func next(
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
                return try Row(
                    JSONValue(Array(line.text.utf8), path: path, line: line.number))
            } catch let error as InputError {
                try rules.passOver(error, in: &counts)
            }
        }
        return nil
    }

    /// The rows in a list, an object of objects or one of columns; another object is a row.
    ///
    /// - Parameter line: the same value, whose location has the line.
    private static func rows(
        of value: JSONValue, _ object: LoneObject, line: JSONValue? = nil
    ) throws -> [Row] {
        if value.isArray { return try value.elements().map { try Row($0) } }
        if object == .row { return [try Row(line ?? value)] }
        let members = try value.members()
        if members.allSatisfy(\.value.isObject) {
            return try members.map { try Row($1, name: $0) }
        }
        if members.allSatisfy(\.value.isArray) {
            let inner = object == .rowsOfLists ? try members.first?.value.elements() : nil
            if inner?.allSatisfy(\.isArray) ?? true { return try rows(ofColumns: members) }
        }
        return [try Row(line ?? value)]
    }

    /// The rows of columns, which have the same length.
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
                location: first.2[place].location, fields: Dictionary(fields) { value, _ in value })
        }
    }
}

extension JSONRows.Row {
    /// The value under the first of `names` that is there.
    package func value(_ names: [String]) -> JSONValue? {
        names.lazy.compactMap { fields[$0] }.first
    }

    /// The value under one of `names`.
    ///
    /// - Throws: `InputError` where none is there.
    package func required(_ names: [String]) throws -> JSONValue {
        if let value = value(names) { return value }
        let keys = fields.keys.sorted().prefix(12).map { $0.prefix(40) }
        throw InputError(
            at: location, expected: "the key “\(names.joined(separator: "” or “"))”",
            found: keys.isEmpty ? "none" : "the keys \(keys.joined(separator: ", "))",
            remedy: "Name the keys of the file, or the format that it has.")
    }
}
