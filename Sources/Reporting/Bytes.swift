import Foundation

/// Bytes in decimal units, as disks and downloads are measured: `512 B`, `3.4 MB`, `250 GB`.
public func decimalBytes(_ bytes: Int) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    for (size, unit) in units where Double(bytes) >= size * 0.9995 {
        let value = Double(bytes) / size
        let rounded = value >= 99.95 ? value.rounded() : (value * 10).rounded() / 10
        return String(format: "%g ", rounded) + unit
    }
    return "\(bytes) B"
}

/// Bytes in binary units, as memory is sold: `512 MiB`, `5.94 GiB`, `24.0 GiB`.
public func binaryBytes(_ bytes: Int) -> String {
    let value = Double(bytes) / 0x1p30
    if value < 1 { return String(format: "%.0f MiB", value * 1024) }
    return String(format: value < 10 ? "%.2f GiB" : "%.1f GiB", value)
}
