import ArgumentParser
import Recipes

/// What the tokens of a run are multiplied by: above 0 and at most 1.
public struct Scale: ExpressibleByArgument, Sendable {
    /// The factor.
    public let factor: Double

    /// The run as its recipe says.
    public static let one = Scale(factor: 1)

    /// Reads `1e-6`.
    public init?(argument: String) {
        guard let factor = Double(argument), factor > 0, factor <= 1 else { return nil }
        self.factor = factor
    }

    private init(factor: Double) { self.factor = factor }

    /// As help shows the default.
    public var defaultValueDescription: String { "1" }
}

/// A number of tokens, at least 1, as people write it: `200M`.
public struct TokenCount: ExpressibleByArgument, Sendable {
    /// The number.
    public let count: Int

    /// A default.
    public init(_ count: Int) { self.count = count }

    /// Reads what recipes read as tokens.
    public init?(argument: String) {
        guard let count = Quantity.integer(argument), count > 0 else { return nil }
        self.count = count
    }

    /// As help shows the default.
    public var defaultValueDescription: String { Quantity.text(count) }
}

/// Bits a second of a network, at least 1, as people write them: `25G`, `100Gbit`, `2.5Gbit/s`
/// (G = 10⁹).
public struct BitRate: ExpressibleByArgument, Sendable {
    /// Bits a second.
    public let bitsPerSecond: Int

    /// Reads what recipes read as bytes, with or without the unit.
    public init?(argument: String) {
        let number = ["bit/s", "bit"].first(where: argument.hasSuffix)
            .map { String(argument.dropLast($0.count)) }
        guard let bits = Quantity.bytes(number ?? argument), bits > 0 else { return nil }
        bitsPerSecond = bits
    }
}

/// A number of bytes, at least 1, as people write it: `20M`, `1.5G`, `300k`, `4096` (k = 1,000).
public struct ByteCount: ExpressibleByArgument, Sendable {
    /// The number.
    public let bytes: Int

    /// A default.
    public init(_ bytes: Int) { self.bytes = bytes }

    /// Reads what recipes read as bytes, and `K` as `k`.
    public init?(argument: String) {
        let text = argument.hasSuffix("K") ? String(argument.dropLast()) + "k" : argument
        guard let bytes = Quantity.bytes(text), bytes > 0 else { return nil }
        self.bytes = bytes
    }

    /// As help shows the default.
    public var defaultValueDescription: String { Quantity.bytesText(bytes) }
}
