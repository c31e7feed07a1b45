import Foundation

/// A whole number with its thousands apart: `306,939,648`.
public func grouped(_ number: Int) -> String {
    var text = ""
    let digits = String(number.magnitude)
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text += "," }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}

/// A count with three digits and a unit, one of k, M, B and T: `12.3k`, `4M`, `2.3T`.
public func shortCount(_ count: Int) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")]
    let value = Double(count)
    for (size, unit) in units where value >= size * 0.9995 {
        return String(format: "%.3g", value / size) + unit
    }
    return String(count)
}

/// A number rounded to three digits, or to a whole number from 100 on: `0.82`, `23.4`, `1570`.
public func shortNumber(_ value: Double) -> String {
    value == 0 ? "0" : String(format: value >= 100 ? "%.0f" : "%.3g", value)
}

/// A number with a fixed number of decimal places: `5.120`.
public func decimal(_ value: Double, places: Int) -> String {
    String(format: "%.\(places)f", value)
}

/// A number with three digits and the shortest exponent: `1.04e21`, `8.00e-4`, `1.00`.
public func scientific(_ value: Double) -> String {
    String(format: "%.2e", value).replacing(/e([-+])0(\d)$/) { "e\($0.1)\($0.2)" }
        .replacing("e+0", with: "").replacing("e+", with: "e")
}
