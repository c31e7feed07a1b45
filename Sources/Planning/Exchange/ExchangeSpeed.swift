import Diagnostics
import Formats

/// How fast ranks on several machines exchange gradients and weights.
public struct ExchangeSpeed: Codable, Sendable, Equatable {
    /// Bytes a second that a machine sends, while it receives as many.
    public let bytesPerSecond: Double
    /// Seconds that a message takes besides its bytes.
    public let latencySeconds: Double

    private enum CodingKeys: String, CodingKey {
        case bytesPerSecond = "bytes_per_second"
        case latencySeconds = "latency_seconds"
    }

    /// A speed measured earlier.
    public init(bytesPerSecond: Double, latencySeconds: Double) {
        (self.bytesPerSecond, self.latencySeconds) = (bytesPerSecond, latencySeconds)
    }

    /// What a network of so many bits a second brings by TCP: 93.5 % of its rate, which leaves
    /// headers and pauses out, with 30 µs for a message.
    public init(bitsPerSecond: Double) {
        self.init(bytesPerSecond: 0.935 * bitsPerSecond / 8, latencySeconds: 30e-6)
    }

    /// The speed in a file that `mmbert bench exchange --json` wrote: an object with
    /// `bytes_per_second` and `latency_seconds`, whatever else it holds.
    ///
    /// - Throws: `InputError` for a file that is not there, no such object, or has numbers that no
    ///   network has.
    public init(contentsOf path: String) throws {
        self = try JSONFile.readPlain(path)
        func check(_ key: String, _ value: Double, _ range: ClosedRange<Double>, _ what: String)
            throws
        {
            guard !range.contains(value) else { return }
            throw InputError(
                at: "\(path): \(key)", expected: what, found: "\(value)",
                remedy: "Measure it with mmbert bench exchange --json.")
        }
        try check("bytes_per_second", bytesPerSecond, 1...1e15, "bytes a second, 1 or more")
        try check("latency_seconds", latencySeconds, 0...60, "seconds from 0 to 60")
    }
}
