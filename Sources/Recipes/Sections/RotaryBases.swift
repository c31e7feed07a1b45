/// RoPE bases θ.
public struct RotaryBases: Sendable, Equatable {
    /// Of layers that attend to the whole sequence.
    public var global: Double
    /// Of layers that attend to a window.
    public var local: Double

    /// The two bases.
    public init(global: Double, local: Double) {
        (self.global, self.local) = (global, local)
    }

    static var form: Form<RotaryBases> {
        let base = Form<Double>.number(
            expected: "a base above 1", remedy: "Write it like 10_000 or 160_000.", upTo: 1e12
        ) { $0 > 1 }
        let remedy = "Give both bases, global and local."
        let usual = RotaryBases(global: 10_000, local: 10_000)
        return .section("rotary bases", new: usual, isWhole: true) {
            Key("global", \.global, base, required: remedy)
            Key("local", \.local, base, required: remedy)
        }
    }
}
