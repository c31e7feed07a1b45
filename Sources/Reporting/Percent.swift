import Foundation

/// A share in percent with no more decimal places than it needs: `30 %`, `22.5 %`.
///
/// - Parameter places: the most decimal places.
public func percent(_ share: Double, upTo places: Int = 1) -> String {
    let scale = pow(10, Double(places))
    return String(format: "%g %%", (share * 100 * scale).rounded() / scale)
}

/// A share in percent with a fixed number of decimal places, for columns that line up: `30.0 %`.
public func percent(_ share: Double, places: Int) -> String {
    decimal(100 * share, places: places) + " %"
}

/// A share in percent, to compare shares of very different sizes: three digits, but at most three
/// decimal places: `34.5 %`, `3.45 %`, `0.034 %`, `<0.001 %`.
public func threeDigitPercent(_ share: Double) -> String {
    let value = 100 * share
    if value > 0, value < 0.001 { return "<0.001 %" }
    return percent(share, places: value >= 10 ? 1 : value >= 1 ? 2 : 3)
}

/// How much of some work is done, rounded down, so that 100 % means all of it: `46 %`.
public func percentDone(_ share: Double) -> String {
    "\(share > 0 ? Int(100 * min(share, 1)) : 0) %"
}

/// How much of `total` pieces of work is done.
public func percentDone(_ done: Int, of total: Int) -> String {
    "\(100 * done / max(1, total)) %"
}
