/// Whether bf16 products are computed by tiles (docs/decisions/040-tiles.md): what the environment
/// variable `MMBERT_TILES` asks for.
public enum TileUse: String, Sendable, CaseIterable {
    /// By a library.
    case off
    /// By the processor's tile unit, where it has one.
    case on
    /// By the same sums in software, bit for bit, on any x86-64 processor.
    case emulated

    /// The name of the variable.
    public static let variable = "MMBERT_TILES"

    /// What the variable says; `off` where it is empty or not set, nil where it says anything else.
    public init?(environment: [String: String]) {
        let value = environment[Self.variable] ?? ""
        self.init(rawValue: value.isEmpty ? TileUse.off.rawValue : value)
    }
}
