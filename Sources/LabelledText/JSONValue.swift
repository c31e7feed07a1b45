import Diagnostics
import Serialization

/// A value in a JSON text that is known to be JSON, with the key under which it stands.
///
/// Half of a surrogate pair without the other, as programs write that cut texts in units of
/// UTF-16, is read as U+FFFD: one code point, as Python counts it.
package struct JSONValue {
    /// The file, perhaps with a line.
    package let file: String
    /// Keys and places from the outermost value to this one: `data[0].context`; empty for that.
    package let key: String
    private let text: [UInt8]

    private init(file: String, key: String, text: [UInt8]) {
        (self.file, self.key, self.text) = (file, key, text)
    }

    /// The value that `text` is, which was read from line `line` of the file at `path` on.
    ///
    /// - Throws: `InputError` for what is not JSON, with its line and column.
    package init(_ text: [UInt8], path: String, line: Int? = nil) throws {
        var reader = JSONReader(text, loneSurrogates: .replaced)
        do {
            let value = try reader.skip()
            guard reader.isAtEnd() else { throw reader.failure("the end") }
            file = line.map { "\(path):\($0)" } ?? path
            (key, self.text) = ("", Array(value))
        } catch let error as JSONError {
            throw Self.broken(text, error, path: path, from: line ?? 1)
        }
    }

    /// This value, as the whole of the file at `path`.
    func whole(of path: String) -> JSONValue { JSONValue(file: path, key: "", text: text) }

    /// Where it stands: `file: key`.
    package var location: String { key.isEmpty ? file : "\(file): \(key)" }

    package var isObject: Bool { text.first == UInt8(ascii: "{") }
    package var isArray: Bool { text.first == UInt8(ascii: "[") }
    package var isString: Bool { text.first == UInt8(ascii: "\"") }
    package var isNull: Bool { text.first == UInt8(ascii: "n") }

    /// The members of an object, in order.
    ///
    /// - Throws: `InputError` for another value, and for a key that is there twice.
    package func members() throws -> [(name: String, value: JSONValue)] {
        guard isObject else { throw wrong("an object") }
        var members: [(String, JSONValue)] = []
        var names: Set<[UInt8]> = []
        try read { reader in
            try reader.table { reader, name in
                let shown = String(decoding: name, as: UTF8.self)
                let key = self.key.isEmpty ? shown : "\(self.key).\(shown)"
                let value = JSONValue(file: file, key: key, text: Array(try reader.skip()))
                guard names.insert(name).inserted else { throw value.repeated }
                members.append((shown, value))
            }
        }
        return members
    }

    /// The members of an object by name. Those that are null are left out.
    package func fields() throws -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        for (name, value) in try members() where !value.isNull {
            guard fields.updateValue(value, forKey: name) == nil else { throw value.repeated }
        }
        return fields
    }

    /// The elements of an array.
    package func elements() throws -> [JSONValue] {
        guard isArray else { throw wrong("a list") }
        var elements: [JSONValue] = []
        try read { reader in
            try reader.array { reader in
                elements.append(
                    JSONValue(
                        file: file, key: "\(key)[\(elements.count)]",
                        text: Array(try reader.skip())))
            }
        }
        return elements
    }

    /// A string.
    package func string() throws -> String {
        guard isString else { throw wrong("a string") }
        var bytes: [UInt8] = []
        try read { bytes = try $0.string() }
        guard let string = String(validating: bytes, as: UTF8.self) else {
            throw InputError(
                at: location, expected: "text in UTF-8", found: "other bytes",
                remedy: "Convert the file to UTF-8.")
        }
        return string
    }

    /// A whole number.
    func integer() throws -> Int {
        guard let number = Int(written) else { throw wrong("a whole number") }
        return number
    }

    /// `true` or `false`.
    func boolean() throws -> Bool {
        guard written == "true" || written == "false" else { throw wrong("true or false") }
        return written == "true"
    }

    /// A string, or a number as it is written.
    package func scalar() throws -> String {
        if isString { return try string() }
        guard Double(written) != nil else { throw wrong("a string or a number") }
        return written
    }

    /// A string, or a number or a truth value as it is written; nil for anything else.
    package var scalarText: String? {
        if isString { return try? string() }
        return isObject || isArray || isNull ? nil : written
    }

    /// A finite number, also in quotation marks; nil for anything else.
    package var finiteNumber: Double? {
        scalarText.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    /// What kind of value it is, for messages.
    package var kind: String {
        switch text.first {
        case UInt8(ascii: "{"): "an object"
        case UInt8(ascii: "["): "a list"
        case UInt8(ascii: "\""): "a string"
        default: String(written.prefix(40))
        }
    }

    /// The error of a value that is not what was `expected`.
    package func wrong(_ expected: String) -> InputError {
        InputError(
            at: location, expected: expected, found: kind,
            remedy: "Correct the value, or name the format that the file has.")
    }

    private var written: String { String(decoding: text, as: UTF8.self) }

    private var repeated: InputError {
        InputError(
            at: location, expected: "each key once", found: "it twice",
            remedy: "Remove one of the two.")
    }

    private func read(_ reading: (inout JSONReader) throws -> Void) throws {
        var reader = JSONReader(text, loneSurrogates: .replaced)
        do {
            try reading(&reader)
        } catch let error as JSONError {
            throw InputError(
                at: location, expected: error.expected, found: error.found(in: text),
                remedy: "Mend the JSON.")
        }
    }

    /// The error of `text` that is no JSON, with the line and the column, both from 1, the latter
    /// in code points.
    private static func broken(
        _ text: [UInt8], _ error: JSONError, path: String, from line: Int
    ) -> InputError {
        let front = text.prefix(error.position)
        let start = front.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let column = front[start...].count { $0 & 0xc0 != 0x80 } + 1
        let rest = text.dropFirst(error.position).prefix(64)
        let found = String(decoding: rest, as: UTF8.self).prefix { $0 != "\n" }.prefix(12)
        return InputError(
            at: "\(path):\(line + error.line(in: text) - 1):\(column)", expected: error.expected,
            found: rest.isEmpty ? "the end" : found.isEmpty ? "the line's end" : "“\(found)”",
            remedy: "Mend the JSON there: is a comma missing, or is a quotation mark inside a text "
                + "not written \\\"?")
    }
}
