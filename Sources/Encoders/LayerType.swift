/// How far the tokens of an encoder layer see; the raw value is the name in `layer_types`.
public enum LayerType: String, CaseIterable, Sendable {
    /// The whole sequence.
    case global = "full_attention"
    /// A window to both sides.
    case local = "sliding_attention"
}
