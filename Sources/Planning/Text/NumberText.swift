import Foundation

/// A whole number with its thousands apart: `306,939,648`.
func grouped(_ number: Int) -> String {
    var text = ""
    let digits = String(number.magnitude)
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}

/// A share as percents, with as many decimals as make it three digits, at most three: `34.5 %`.
func percent(_ share: Double) -> String {
    let value = 100 * share
    let decimals = value >= 10 ? 1 : value >= 1 ? 2 : 3
    return value > 0 && value < 0.001 ? "<0.001 %" : String(format: "%.\(decimals)f %%", value)
}

/// Bytes in binary units, as memory is sold: `5.94 GiB`.
func gibibytes(_ bytes: Int) -> String {
    let value = Double(bytes) / Double(1 << 30)
    if value < 1 { return String(format: "%.0f MiB", value * 1024) }
    return String(format: value < 10 ? "%.2f GiB" : "%.1f GiB", value)
}

/// Three digits and a power of ten: `1.04e21`.
func scientific(_ value: Double) -> String {
    String(format: "%.2e", value).replacing("e+0", with: "e").replacing("e+", with: "e")
        .replacing("e-0", with: "e-")
}

/// Three digits in plain writing: `0.82`, `1.57`, `23.4`.
func short(_ value: Double) -> String {
    value == 0 ? "0" : String(format: value >= 100 ? "%.0f" : "%.3g", value)
}

/// A time that may be very long: `8 min`, `3.2 days`, `417 years`.
func duration(days: Double) -> String {
    let hours = days * 24
    if hours < 1.5 { return "\(short(hours * 60)) min" }
    if days < 2 { return "\(short(hours)) hours" }
    if days < 1000 { return "\(short(days)) days" }
    return "\(grouped(Int((days / 365.25).rounded()))) years"
}

/// A temperature that stays (`0.7`) or moves (`0.7 → 0.3`), or `UniMax` where there is none.
func temperatureText(_ first: Double?, _ last: Double?) -> String {
    guard let first, let last else { return "UniMax" }
    return first == last ? short(first) : "\(short(first)) → \(short(last))"
}
