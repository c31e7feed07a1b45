import Diagnostics

/// The ids with a meaning of their own, found in the vocabulary by their pieces.
public struct SpecialTokens: Sendable, Equatable {
    /// `<pad>`, 0 in Gemma's vocabulary.
    public let padding: Int32
    /// `<eos>`, 1 in Gemma's vocabulary; ends a document and serves as separator.
    public let end: Int32
    /// `<bos>`, 2 in Gemma's vocabulary; begins a document and serves as class token.
    public let begin: Int32
    /// `<unk>`, 3 in Gemma's vocabulary.
    public let unknown: Int32
    /// `<mask>`, 4 in Gemma's vocabulary.
    public let mask: Int32

    /// The pieces in the order of Gemma's ids: padding, end, begin, unknown, mask.
    static let pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]

    /// All of them, in the order of Gemma's ids.
    public var all: [Int32] { [padding, end, begin, unknown, mask] }

    /// Looks them up in a model.
    ///
    /// - Parameter path: the model's name for messages.
    /// - Throws: `InputError` naming the piece that is missing.
    init(model: SentencePieceModel, path: String) throws {
        let ids = try Self.pieces.map { piece in
            guard let id = model.id(of: piece) else {
                throw InputError(
                    at: path, expected: "a vocabulary with \(Self.pieces.joined(separator: " "))",
                    found: "no piece \(piece)",
                    remedy: "Use Gemma's tokenizer.model, or train one with "
                        + "`mmbert tokenizer train`.")
            }
            return id
        }
        (padding, end, begin, unknown, mask) = (ids[0], ids[1], ids[2], ids[3], ids[4])
    }
}
