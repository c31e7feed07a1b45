import Foundation

/// What names of files and folders are taken for codes of languages.
package enum LanguageCode {
    /// Whether `name` is spelled as mmBERT spells its languages: the code of ISO 639-3 and that of
    /// the script, such as `deu_Latn`; `code` for programming languages, `mul` for several.
    package static func isSpelledOut(_ name: some StringProtocol) -> Bool {
        if name == "code" || name == "mul" { return true }
        let bytes = Array(name.utf8)
        return bytes.count == 8 && bytes[3] == UInt8(ascii: "_")
            && (bytes[..<3] + bytes[5...]).allSatisfy(isSmall)
            && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[4])
    }

    /// Whether `name` is a code, also without a script: of two letters, or of three that are in
    /// wide use (those of ISO 639-2 and some of 639-3). Any three letters are the code of some
    /// language, but a name of three letters need not be meant as one.
    static func isCode(_ name: some StringProtocol) -> Bool {
        isSpelledOut(name)
            || 2...3 ~= name.utf8.count && name.utf8.allSatisfy(isSmall)
                && Locale.LanguageCode(String(name)).isISOLanguage
    }

    private static func isSmall(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
