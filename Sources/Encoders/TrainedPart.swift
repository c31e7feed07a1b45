/// Which part of a model is trained; what lies before it is frozen and computed without keeping
/// anything for a way back.
public enum TrainedPart: Sendable, Equatable {
    /// Everything.
    case all
    /// Everything but the token table and its norm.
    case withoutEmbeddings
    /// The layers from this one on, counted from 0, with what comes behind them.
    case layers(from: Int)
    /// What comes behind the encoder.
    case head

    /// The first layer that is trained of an encoder of `count` layers, more than `count` where
    /// nothing of it is; nil where the embeddings are trained too.
    func firstLayer(of count: Int) -> Int? {
        switch self {
        case .all: nil
        case .withoutEmbeddings: 0
        case .layers(let first): first
        case .head: count + 1
        }
    }
}
