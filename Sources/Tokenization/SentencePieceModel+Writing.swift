import Serialization

extension SentencePieceModel {
    /// The content of a `.model` file of a byte-pair model that keeps text as it is, which
    /// SentencePiece loads.
    func bytes() -> [UInt8] {
        var model = ProtocolBufferWriter()
        for piece in pieces {
            var message = ProtocolBufferWriter()
            message.append(1, bytes: piece.utf8)
            message.append(2, float: piece.score)
            message.append(3, integer: Int(piece.kind.rawValue))
            model.append(1, message: message)
        }
        var trainer = ProtocolBufferWriter()
        trainer.append(3, integer: 2)
        trainer.append(4, integer: pieces.count)
        trainer.append(35, integer: hasByteFallback ? 1 : 0)
        // Ids of the unknown piece, beginning, end and padding; −1 for none.
        for (field, text) in [(40, "<unk>"), (41, "<bos>"), (42, "<eos>"), (43, "<pad>")] {
            trainer.append(field, integer: Int(id(of: text) ?? -1))
        }
        model.append(2, message: trainer)
        var normalizer = ProtocolBufferWriter()
        normalizer.append(1, string: "identity")
        normalizer.append(3, integer: 0)
        normalizer.append(4, integer: 0)
        normalizer.append(5, integer: 1)
        model.append(3, message: normalizer)
        return model.bytes
    }
}
