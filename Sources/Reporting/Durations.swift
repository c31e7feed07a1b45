import Foundation

/// A time that is being waited for, as people say it: `45 s`, `8 min`, `2 h 05 min`, `3 d 4 h`; `?`
/// if it is not finite or beyond 30 years.
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

/// How long work still takes of which a share, above 0, took `seconds`: `8 min left`.
public func timeLeft(share: Double, after seconds: Double) -> String {
    "\(shortDuration(seconds: seconds / max(share, 1e-9) * (1 - share))) left"
}

/// An estimate with three digits in one unit, however long it is: `8 min`, `3.2 days`, `417 years`;
/// `?` if it is not finite.
public func estimatedDuration(days: Double) -> String {
    guard days.isFinite, days < 1e15 else { return "?" }
    let hours = days * 24
    if hours < 1.5 { return "\(shortNumber(hours * 60)) min" }
    if days < 2 { return "\(shortNumber(hours)) hours" }
    if days < 1000 { return "\(shortNumber(days)) days" }
    return "\(grouped(Int((days / 365.25).rounded()))) years"
}
