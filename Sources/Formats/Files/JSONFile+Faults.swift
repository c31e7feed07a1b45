import Foundation
import Serialization

/// What decoders of Foundation refuse, in phrases for an `InputError`: they themselves speak in
/// sentences, name no place in text that is not JSON, and name types as Swift does.
extension JSONFile {
    /// What is found in `text`, which a decoder refused with `context`: what stands where it is no
    /// JSON and in which line, a number that has no place, else what the decoder says of a key.
    package static func found(in text: Data, _ context: DecodingError.Context) -> String {
        if context.codingPath.isEmpty {
            return fault(in: [UInt8](text)) ?? "a number that its key cannot hold, or that is none"
        }
        let sentence = context.debugDescription
        let phrase = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return phrase.prefix(1).lowercased() + phrase.dropFirst()
    }

    /// What JSON calls the values of a type.
    package static func name(of type: any Any.Type) -> String {
        switch type {
        case is any FixedWidthInteger.Type: "an integer"
        case is any BinaryFloatingPoint.Type: "a number"
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "an object or a list"
        }
    }

    /// What stands where `text` is no JSON; nil where it is.
    private static func fault(in text: [UInt8]) -> String? {
        if text.isEmpty { return "an empty file" }
        var reader = JSONReader(text)
        do throws(JSONError) {
            try reader.skip()
            guard reader.isAtEnd() else { throw reader.failure("the end") }
        } catch {
            return "\(error.found(in: text)) in line \(error.line(in: text))"
        }
        if depth(of: text) > mostDepth {
            return "values more than \(mostDepth) deep in one another"
        }
        return String(validating: text, as: UTF8.self) == nil ? "text that is not UTF-8" : nil
    }

    /// How deep in one another Foundation reads values.
    private static let mostDepth = 512

    /// How many objects and lists of JSON are open at the same time.
    private static func depth(of text: [UInt8]) -> Int {
        var (depth, deepest) = (0, 0)
        var isString = false
        var isEscaped = false
        for byte in text {
            switch Unicode.Scalar(byte) {
            case _ where isEscaped: isEscaped = false
            case "\\": isEscaped = isString
            case "\"": isString.toggle()
            case _ where isString: break
            case "[", "{":
                depth += 1
                deepest = max(deepest, depth)
            case "]", "}": depth -= 1
            default: break
            }
        }
        return deepest
    }
}
