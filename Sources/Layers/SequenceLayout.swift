import TensorCore

/// What attention needs to know about a packed batch: where sequences start, and the rotary tables
/// of positions inside them, in encoders that rotate.
public struct SequenceLayout: Sendable {
    /// `[sequences + 1]`, from 0 to the token count.
    public let cumulativeLengths: [Int32]
    /// The table of global layers.
    public let globalRotary: RotaryTable?
    /// The table of local layers.
    public let localRotary: RotaryTable?

    /// The layout of one packed batch; the tables cover its longest sequence.
    public init(
        cumulativeLengths: [Int32], globalRotary: RotaryTable? = nil,
        localRotary: RotaryTable? = nil
    ) {
        self.cumulativeLengths = cumulativeLengths
        self.globalRotary = globalRotary
        self.localRotary = localRotary
    }
}
