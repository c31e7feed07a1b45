import ArgumentParser

/// A number of bytes as people write it: `20M`, `1.5G`, `300k`, `4096` (k = 1,000).
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
    let bytes: Int

    init(_ bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let factors: [Character: Double] = ["k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        let factor = argument.last.flatMap { factors[$0] }
        let digits = factor == nil ? Substring(argument) : argument.dropLast()
        guard let number = Double(digits.filter { $0 != "_" }), number >= 1,
            number * (factor ?? 1) < 1e18
        else { return nil }
        bytes = Int(number * (factor ?? 1))
    }

    var defaultValueDescription: String { description }

    var description: String {
        switch bytes {
        case ..<1_000: "\(bytes) B"
        case ..<1_000_000: "\(rounded(1e3)) kB"
        case ..<1_000_000_000: "\(rounded(1e6)) MB"
        default: "\(rounded(1e9)) GB"
        }
    }

    private func rounded(_ unit: Double) -> Double {
        (Double(bytes) / unit * 10).rounded() / 10
    }
}
