/// Numbers as people write them: `2.3T`, `60B`, `4.7M`, `393k`, `8e-4`, `10_000`.
///
/// Digits with optional underscores, fraction and exponent, then at most one of k, M, B, T for
/// 10³, 10⁶, 10⁹, 10¹².
public enum Quantity {
    /// The suffixes and the powers of ten they stand for, largest first.
    private static let suffixes: [(letter: Character, exponent: Int)] = [
        ("T", 12), ("B", 9), ("M", 6), ("k", 3),
    ]

    /// The whole number that `text` stands for, exactly; nil if it is none or exceeds `Int`.
    public static func integer(_ text: String) -> Int? {
        guard var decimal = Decimal(text) else { return nil }
        while decimal.exponent < 0, decimal.digits.last == "0" {
            decimal.digits.removeLast()
            decimal.exponent += 1
        }
        let digits = decimal.digits.drop { $0 == "0" }
        if digits.isEmpty { return 0 }
        guard decimal.exponent >= 0, digits.count + decimal.exponent <= 19 else { return nil }
        let zeros = String(repeating: "0", count: decimal.exponent)
        return Int((decimal.isNegative ? "-" : "") + digits + zeros)
    }

    /// The whole number of bytes that `text` stands for, exactly: written as other numbers are, but
    /// with G for 10⁹. Nil if it is none or exceeds `Int`.
    public static func bytes(_ text: String) -> Int? {
        guard !text.hasSuffix("B") else { return nil }
        return integer(text.hasSuffix("G") ? text.dropLast() + "B" : text)
    }

    /// A whole number of bytes in its short form where that is exact: `200G`, `4718592`.
    public static func bytesText(_ bytes: Int) -> String {
        let text = text(bytes)
        return text.hasSuffix("B") ? text.dropLast() + "G" : text
    }

    /// The number that `text` stands for, correctly rounded; nil if it is none or not finite.
    public static func number(_ text: String) -> Double? {
        guard let decimal = Decimal(text) else { return nil }
        let sign = decimal.isNegative ? "-" : ""
        let value = Double("\(sign)\(decimal.digits)e\(decimal.exponent)")
        return value.flatMap { $0.isFinite ? $0 : nil }
    }

    /// A whole number in its short form where that is exact and has at most three digits
    /// (`2.3T`, `393k`), and in full otherwise (`4718592`).
    public static func text(_ value: Int) -> String {
        let plain = String(value)
        let digits = plain.reversed().drop { $0 == "0" }.reversed().filter { $0 != "-" }
        guard
            digits.count <= 3,
            let suffix = suffixes.first(where: { plain.count > $0.exponent && value >= 1000 })
        else { return plain }
        let whole = plain.dropLast(suffix.exponent)
        let fraction = String(plain.suffix(suffix.exponent)).trimmingZeros
        return whole + (fraction.isEmpty ? "" : "." + fraction) + String(suffix.letter)
    }

    /// A number in the fewest digits that read back as the same number: `8e-5`, `0.3`, `160000`.
    public static func text(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
        let plain = value.description
        if plain.hasSuffix(".0") { return String(plain.dropLast(2)) }
        if plain.hasPrefix("0.000") {
            let digits = plain.dropFirst(2).drop { $0 == "0" }
            let exponent = plain.count - 2 - digits.count + 1
            let fraction = digits.dropFirst()
            return "\(digits.prefix(1))\(fraction.isEmpty ? "" : ".")\(fraction)e-\(exponent)"
        }
        return plain.replacing("e-0", with: "e-").replacing("e+", with: "e")
    }

    /// A number as people would write it: a whole one in its short form, where it has one.
    static func short(_ value: Double) -> String {
        value.magnitude < 1e16 ? Int(exactly: value).map { text($0) } ?? text(value) : text(value)
    }

    /// A number to nine decimals: a sum or difference without the dust of its roundings.
    static func text(rounding value: Double) -> String {
        text((value * 1e9).rounded() / 1e9)
    }

    /// digits · 10^exponent.
    private struct Decimal {
        var isNegative = false
        var digits = ""
        var exponent = 0

        init?(_ text: String) {
            var rest = Substring(text)
            if let sign = rest.first, sign == "-" || sign == "+" {
                isNegative = sign == "-"
                rest.removeFirst()
            }
            if let suffix = suffixes.first(where: { $0.letter == rest.last }) {
                exponent = suffix.exponent
                rest.removeLast()
            }
            let parts = rest.split(
                maxSplits: 1, omittingEmptySubsequences: false,
                whereSeparator: { "eE".contains($0) })
            if parts.count == 2 {
                guard let power = Int(parts[1]), abs(power) < 1000 else { return nil }
                exponent += power
            }
            let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(mantissa.count), mantissa.allSatisfy(Self.isNumber) else {
                return nil
            }
            digits = mantissa.joined().filter { $0 != "_" }
            exponent -= mantissa.count == 2 ? mantissa[1].filter { $0 != "_" }.count : 0
        }

        /// Digits with underscores between them.
        private static func isNumber(_ part: Substring) -> Bool {
            guard let first = part.first, let last = part.last else { return false }
            return first != "_" && last != "_"
                && part.allSatisfy { $0 == "_" || ("0"..."9").contains($0) }
        }
    }
}

extension String {
    /// The text without zeros at its end.
    fileprivate var trimmingZeros: String {
        var text = self
        while text.last == "0" { text.removeLast() }
        return text
    }
}
