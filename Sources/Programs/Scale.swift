import ArgumentParser

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
