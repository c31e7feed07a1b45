import Foundation

/// A normal form of Unicode, into which text is brought before anything else.
enum UnicodeForm: String {
    case composed = "NFC"
    case decomposed = "NFD"
    case compatibleComposed = "NFKC"
    case compatibleDecomposed = "NFKD"

    /// Calls `body` with a text in this form.
    func withNormalized(
        _ text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        // Bytes of characters below U+0300, of which none composes with another and all stand for
        // themselves; in the other forms that is so of ASCII only.
        let plain: UInt8 = self == .composed ? 0xcc : 0x80
        if text.allSatisfy({ $0 < plain }) { return body(text) }
        var normalized = normalized(String(decoding: text, as: UTF8.self))
        normalized.withUTF8(body)
    }

    /// A text in these forms, brought into one after another.
    static func normalized(_ text: [UInt8], by forms: [UnicodeForm]) -> [UInt8] {
        Array(forms.reduce(String(decoding: text, as: UTF8.self)) { $1.normalized($0) }.utf8)
    }

    private func normalized(_ text: String) -> String {
        switch self {
        case .composed: text.precomposedStringWithCanonicalMapping
        case .decomposed: text.decomposedStringWithCanonicalMapping
        case .compatibleComposed: text.precomposedStringWithCompatibilityMapping
        case .compatibleDecomposed: text.decomposedStringWithCompatibilityMapping
        }
    }
}
