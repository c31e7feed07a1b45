import Diagnostics
import Foundation

/// JSON in files.
public enum JSONFile {
    /// Encodes as this project's files are: keys in snake_case and in the order of the alphabet.
    public static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }

    /// Decodes what `encoder` encoded.
    public static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    /// The value that `write` put into the file at `path`; an `InputError` names the file and, if
    /// one is wrong, the key.
    public static func read<Value: Decodable>(
        _ path: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(contents(path), path: path, by: decoder)
    }

    /// The value in the file at `path`, which others wrote: with the keys that its type names. An
    /// `InputError` names the file and, if one is wrong, the key.
    public static func readPlain<Value: Decodable>(
        _ path: String, as type: Value.Type = Value.self
    ) throws -> Value {
        try decode(contents(path), path: path)
    }

    /// Replaces the file at `path` by `value`, laid out for people.
    public static func write(
        _ value: some Encodable, to path: String, synchronized: Bool = true
    ) throws {
        let encoder = encoder
        encoder.outputFormatting.insert(.prettyPrinted)
        try AtomicFile.write(
            Array(try encoder.encode(value)) + [UInt8(ascii: "\n")], to: path,
            synchronized: synchronized)
    }

    private static func contents(_ path: String) throws -> Data {
        Data(try FileContents.read(path))
    }

    /// The value that `data`, read from `path`, holds, with the keys its type names; an
    /// `InputError` names the key that is wrong.
    static func decode<Value: Decodable>(
        _ data: Data, path: String, as type: Value.Type = Value.self,
        by decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        do {
            return try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            throw describe(error, in: data, path: path)
        }
    }

    private static func describe(
        _ error: DecodingError, in data: Data, path: String
    ) -> InputError {
        switch error {
        case .keyNotFound(let key, let context):
            .damaged(
                location(path, context.codingPath + [key]), expected: "this key",
                found: "nothing under that name")
        case .typeMismatch(let type, let context):
            .damaged(
                location(path, context.codingPath), expected: name(of: type),
                found: "a value of another kind")
        case .valueNotFound(let type, let context):
            .damaged(
                location(path, context.codingPath), expected: name(of: type), found: "null")
        case .dataCorrupted(let context):
            .damaged(
                location(path, context.codingPath), expected: "valid JSON",
                found: found(in: data, context))
        @unknown default:
            .damaged(path, expected: "valid JSON", found: "\(error)")
        }
    }

    private static func location(_ path: String, _ keys: [any CodingKey]) -> String {
        if keys.isEmpty { return path }
        var key = ""
        for part in keys {
            if let index = part.intValue {
                key += "[\(index)]"
            } else {
                key += key.isEmpty ? part.stringValue : ".\(part.stringValue)"
            }
        }
        return "\(path): \(key)"
    }
}
