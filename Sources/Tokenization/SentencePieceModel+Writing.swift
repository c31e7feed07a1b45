extension SentencePieceModel {
    /// The content of a `.model` file of a byte-pair model that keeps text as it is, which
    /// SentencePiece loads.
    func bytes() -> [UInt8] {
        var model = ProtocolBufferWriter()
        for piece in pieces {
            var message = ProtocolBufferWriter()
            message.write(1, bytes: piece.utf8)
            message.write(2, float: piece.score)
            message.write(3, integer: piece.kind.rawValue)
            model.write(1, bytes: message.bytes)
        }
        var trainer = ProtocolBufferWriter()
        trainer.write(3, integer: 2)
        trainer.write(4, integer: UInt64(pieces.count))
        trainer.write(35, integer: hasByteFallback ? 1 : 0)
        // Ids of the unknown piece, beginning, end and padding; −1 for none.
        for (field, text) in [(40, "<unk>"), (41, "<bos>"), (42, "<eos>"), (43, "<pad>")] {
            trainer.write(field, integer: UInt64(bitPattern: Int64(id(of: text) ?? -1)))
        }
        model.write(2, bytes: trainer.bytes)
        var normalizer = ProtocolBufferWriter()
        normalizer.write(1, bytes: Array("identity".utf8))
        normalizer.write(3, integer: 0)
        normalizer.write(4, integer: 0)
        normalizer.write(5, integer: 1)
        model.write(3, bytes: normalizer.bytes)
        return model.bytes
    }
}

/// One Protocol Buffers message under construction.
private struct ProtocolBufferWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ field: Int, integer: UInt64) {
        append(UInt64(field << 3))
        append(integer)
    }

    mutating func write(_ field: Int, float: Float) {
        append(UInt64(field << 3 | 5))
        withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ field: Int, bytes message: some Collection<UInt8>) {
        append(UInt64(field << 3 | 2))
        append(UInt64(message.count))
        bytes.append(contentsOf: message)
    }

    /// A variable-length integer: seven bits a byte, the lowest first.
    private mutating func append(_ integer: UInt64) {
        var rest = integer
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
