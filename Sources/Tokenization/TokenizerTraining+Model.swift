import Serialization

extension TokenizerTraining {
    /// The pieces that every vocabulary begins with, in the order of ids.
    static let fixedPieces: [SentencePieceModel.Piece] = {
        func piece(_ text: String, _ kind: SentencePieceModel.Kind) -> SentencePieceModel.Piece {
            SentencePieceModel.Piece(utf8: Array(text.utf8)[...], kind: kind)
        }
        let special = SpecialTokens.pieces
        let kinds: [SentencePieceModel.Kind] = [
            .control, .control, .control, .unknown, .userDefined,
        ]
        return zip(special, kinds).map(piece)
            + whitespaceSymbols.map { piece($0, .userDefined) }
            + (0..<256).map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return piece("<0x\(digits.count < 2 ? "0" : "")\(digits)>", .byte)
            }
    }()

    /// The content of a `.model` file with the fixed pieces and learned ones, as SentencePiece
    /// writes it after training with these settings and one thread.
    func model(_ learned: [[UInt32]]) -> [UInt8] {
        var pieces = Self.fixedPieces
        for (index, scalars) in learned.enumerated() {
            pieces.append(
                SentencePieceModel.Piece(
                    utf8: scalars.flatMap { utf8(of: $0) }[...], score: -Float(index)))
        }
        var model = ProtocolBufferWriter()
        for piece in pieces {
            var message = ProtocolBufferWriter()
            message.append(1, bytes: piece.utf8)
            message.append(2, float: piece.score)
            if piece.kind != .normal { message.append(3, integer: Int(piece.kind.rawValue)) }
            model.append(1, message: message)
        }
        model.append(2, message: trainerSettings)
        model.append(3, message: Self.normalizerSettings)
        return model.bytes
    }

    /// `TrainerSpec` of SentencePiece's `sentencepiece_model.proto`; absent fields have the
    /// defaults.
    private var trainerSettings: ProtocolBufferWriter {
        var settings = ProtocolBufferWriter()
        // Byte pairs; the number of pieces.
        settings.append(3, integer: 2)
        settings.append(4, integer: vocabularySize)
        settings.append(10, float: Float(characterCoverage))
        // Threads, which change nothing; the longest line and piece.
        settings.append(16, integer: 1)
        settings.append(18, integer: Self.longestLine)
        settings.append(20, integer: SymbolTable.longestPiece)
        // Pieces end at other scripts, at spaces and at numbers; digits stand alone; pieces of
        // spaces are allowed.
        for field in [21, 22, 23, 25, 26] { settings.append(field, integer: 1) }
        for piece in Self.fixedPieces where piece.kind == .userDefined {
            settings.append(31, bytes: piece.utf8)
        }
        // Byte fallback, then the ids and pieces with a role.
        settings.append(35, integer: 1)
        let roles = [3, 2, 1, 0]
        for (field, id) in zip(40..., roles) { settings.append(field, integer: id) }
        for (field, id) in zip(45..., roles) {
            settings.append(field, string: SpecialTokens.pieces[id])
        }
        return settings
    }

    /// `NormalizerSpec`: text stays as it is, without a space in front.
    private static var normalizerSettings: ProtocolBufferWriter {
        var settings = ProtocolBufferWriter()
        settings.append(1, string: "identity")
        settings.append(2, bytes: [])
        settings.append(3, integer: 0)
        settings.append(4, integer: 0)
        return settings
    }
}
