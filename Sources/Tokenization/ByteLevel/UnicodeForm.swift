import _FoundationICU

/// A normal form of Unicode, into which text is brought before anything else.
///
/// ICU does it, the one that Foundation brings along; it knows all planes, which Foundation's own
/// `precomposedStringWithCanonicalMapping` does not. As in the tokenizers library, whose tables are
/// those of Unicode 9, characters that came later stand for themselves and compose with none.
package enum UnicodeForm: String, CaseIterable, Sendable {
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

    /// A text in this form.
    package func normalized(_ text: String) -> String {
        let source = Array(text.utf16)
        // Texts that grow are written again with the room they ask for.
        var capacity = source.count + 16
        while true {
            var needed = 0
            let target = [UInt16](unsafeUninitializedCapacity: capacity) { target, count in
                var status = U_ZERO_ERROR
                needed = Int(
                    swift_unorm2_normalize(
                        normalizer, source, Int32(source.count),
                        target.baseAddress, Int32(capacity), &status))
                precondition(
                    status.rawValue <= U_ZERO_ERROR.rawValue || status == U_BUFFER_OVERFLOW_ERROR,
                    "UnicodeForm.normalized: ICU's error \(status.rawValue)")
                count = min(needed, capacity)
            }
            if needed <= capacity { return String(decoding: target, as: UTF16.self) }
            capacity = needed
        }
    }

    /// A normalizer of ICU, made once and then only read, which is safe across threads.
    private struct Normalizer: @unchecked Sendable {
        let pointer: OpaquePointer?
    }

    /// ICU's normalizer for this form.
    var normalizer: OpaquePointer? { Self.normalizers[self]?.pointer }

    private static let normalizers: [UnicodeForm: Normalizer] = {
        var status = U_ZERO_ERROR
        let known = Array("[:age=9.0:]".utf16)
        let characters = swift_uset_openPattern(known, Int32(known.count), &status)
        let made = allCases.map { form in
            let whole =
                switch form {
                case .composed: swift_unorm2_getNFCInstance(&status)
                case .decomposed: swift_unorm2_getNFDInstance(&status)
                case .compatibleComposed: swift_unorm2_getNFKCInstance(&status)
                case .compatibleDecomposed: swift_unorm2_getNFKDInstance(&status)
                }
            let filtered = swift_unorm2_openFiltered(whole, characters, &status)
            return (form, Normalizer(pointer: filtered))
        }
        precondition(
            status.rawValue <= U_ZERO_ERROR.rawValue,
            "UnicodeForm: ICU's error \(status.rawValue)")
        return Dictionary(uniqueKeysWithValues: made)
    }()
}
