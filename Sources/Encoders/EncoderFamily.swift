/// A family of encoders; the raw value is `model_type` in a `config.json`.
public enum EncoderFamily: String, CaseIterable, Sendable {
    /// Pre-norm layers, rotary positions, no biases.
    case modernBERT = "modernbert"
    /// Post-norm layers with biases and a table of positions; the first position is behind that of
    /// padding.
    case xlmRoBERTa = "xlm-roberta"
    /// The same under another name, English.
    case roBERTa = "roberta"
    /// Post-norm layers with biases and a table of positions, and a token type for each text of a
    /// pair.
    case bert

    /// What the names of the encoder's parameters begin with in checkpoints that have a head.
    public var prefix: String {
        switch self {
        case .modernBERT: "model."
        case .xlmRoBERTa, .roBERTa: "roberta."
        case .bert: "bert."
        }
    }
}
