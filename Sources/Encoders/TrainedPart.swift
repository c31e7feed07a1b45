import Autograd

/// Which part of a model is trained; what lies before it is frozen and computed without keeping
/// anything for a way back.
public enum TrainedPart: Sendable, Equatable {
    /// Everything.
    case all
    /// Everything but the token table and its norm.
    case withoutEmbeddings
    /// The layers from this one on, counted from 0, with the final norm and the head.
    case layers(from: Int)
    /// What comes behind the encoder.
    case head

    /// The first layer that is trained of an encoder of `count` layers, more than `count` where
    /// not even the final norm is; nil where the embeddings are trained too.
    func firstLayer(of count: Int) -> Int? {
        switch self {
        case .all: nil
        case .withoutEmbeddings: 0
        case .layers(let first): first
        case .head: count + 1
        }
    }

    /// The parameters of the encoder that are trained, in checkpoint order.
    public func parameters(of encoder: ModernBERT) -> [Parameter] {
        guard let first = firstLayer(of: encoder.layers.count) else { return encoder.parameters }
        guard first <= encoder.layers.count else { return [] }
        return encoder.layers[first...].flatMap(\.parameters) + [encoder.finalNorm.weight]
    }
}
