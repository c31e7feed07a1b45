import Foundation

/// A count with three digits and a unit: `12.3k`, `4M`, `2.3T`.
public func shortCount(_ count: Int) -> String {
    let units = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")]
    let value = Double(count)
    for (size, unit) in units where value >= size * 0.9995 {
        return String(format: "%.3g", value / size) + unit
    }
    return String(count)
}

/// A duration as people say it: `45 s`, `8 min`, `2 h 05 min`, `3 d 4 h`.
public func shortDuration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<90: return "\(whole) s"
    case ..<5400: return "\((whole + 30) / 60) min"
    case ..<172_800: return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
    }
}
