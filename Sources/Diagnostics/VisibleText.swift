/// `text` without characters that steer a terminal or reorder what is read: each is written as its
/// escape in Swift, such as `\u{1B}`.
///
/// Names in files are other people's: whatever shows them passes through here. Escaped are control
/// characters, marks and overrides of the direction of text, separators of lines and paragraphs,
/// and the byte order mark.
///
/// - Parameter keepsLines: leaves line feeds and tabs, in a text of several lines.
public func visible(_ text: String, keepsLines: Bool = false) -> String {
    func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if keepsLines, scalar == "\n" || scalar == "\t" { return false }
        return hides(scalar)
    }
    guard text.unicodeScalars.contains(where: isHidden) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        guard isHidden(scalar) else {
            result.append(scalar)
            continue
        }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result.append(contentsOf: "\\u{\(digits)}".unicodeScalars)
    }
    return String(result)
}

private func hides(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1f, 0x7f...0x9f: true
    case 0x061c, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
    case 0x2028, 0x2029, 0xfeff: true
    default: false
    }
}
