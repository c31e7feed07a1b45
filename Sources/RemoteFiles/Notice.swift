/// Something a person should know while files are fetched.
public struct Notice: Sendable, Equatable {
    /// Whether something went wrong that may mend itself; otherwise it is progress.
    public let isWarning: Bool
    /// What it is, in a line.
    public let text: String

    static func warning(_ text: String) -> Notice { Notice(isWarning: true, text: text) }
    static func progress(_ text: String) -> Notice { Notice(isWarning: false, text: text) }
}

/// A number of bytes as people read it: `512 B`, `3.4 MB`.
func bytesText(_ bytes: Int) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")]
    guard let (size, unit) = units.first(where: { bytes >= $0.0 }) else { return "\(bytes) B" }
    let tenths = (bytes / (size / 10))
    return tenths >= 1000 || tenths % 10 == 0
        ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
}
