import Diagnostics
import Serialization

/// What a SentencePiece `.model` file says: the pieces, and how text is prepared for them.
///
/// The file is one Protocol Buffers message, `ModelProto` of SentencePiece's
/// `sentencepiece_model.proto`.
public struct SentencePieceModel: Sendable, Equatable {
    /// What a piece stands for.
    public enum Kind: UInt64, Sendable {
        case normal = 1
        case unknown = 2
        case control = 3
        case userDefined = 4
        case unused = 5
        case byte = 6
    }

    /// One entry of the vocabulary; its place in `pieces` is its id.
    public struct Piece: Sendable, Equatable {
        /// UTF-8, with U+2581 for a space. Bytes and not a `String`, whose equality would
        /// confuse composed with decomposed letters.
        public var utf8: ArraySlice<UInt8> = []
        /// The larger, the earlier it is merged.
        public var score: Float = 0
        /// What the piece stands for.
        public var kind: Kind = .normal

        /// The piece as a string.
        public var text: String { String(decoding: utf8, as: UTF8.self) }
    }

    /// The vocabulary in the order of ids.
    public private(set) var pieces: [Piece] = []
    /// Whether pieces were learned by byte-pair merges.
    public private(set) var isBytePairModel = false
    /// Whether characters outside the vocabulary become their UTF-8 bytes' pieces.
    public private(set) var hasByteFallback = false
    /// Whether text is encoded as it is, apart from spaces becoming U+2581: no prefix, no
    /// character map, nothing removed.
    public private(set) var keepsTextAsItIs = false
    /// Whether the space in front of a text depends on the model: it adds one, or takes some away.
    private(set) var changesFront = false
    /// Whether spaces in front, behind and beside others are taken away.
    private(set) var removesSpaces = false

    /// Reads the content of a `.model` file.
    ///
    /// - Parameter path: the file's name for messages.
    /// - Throws: `InputError` when `bytes` are not a SentencePiece model.
    public init(bytes: [UInt8], path: String) throws {
        var message = ProtocolBufferReader(bytes[...])
        var normalizer: ArraySlice<UInt8> = []
        while let (field, value) = message.next() {
            switch (field, value) {
            case (1, .bytes(let piece)):
                try pieces.append(Self.piece(piece, id: pieces.count, path: path))
            case (2, .bytes(let trainer)): readTrainer(trainer)
            case (3, .bytes(let part)):
                try Self.checkMap(of: part, path: path)
                normalizer = part
            // What changes text back.
            case (5, .bytes(let part)): try Self.checkMap(of: part, path: path)
            default: continue
            }
        }
        readNormalizer(normalizer)
        if message.isDamaged || pieces.isEmpty {
            throw Self.damaged(
                path, found: message.isDamaged ? "a damaged file" : "a file without pieces")
        }
    }

    /// A byte-pair model that keeps text as it is.
    init(bytePairs pieces: [Piece], hasByteFallback: Bool) {
        self.pieces = pieces
        self.hasByteFallback = hasByteFallback
        isBytePairModel = true
        keepsTextAsItIs = true
    }

    /// The id of the piece with this text, nil when there is none.
    public func id(of text: String) -> Int32? {
        pieces.firstIndex { $0.utf8.elementsEqual(text.utf8) }.map(Int32.init)
    }

    private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) {
        var message = ProtocolBufferReader(bytes)
        while let (field, value) = message.next() {
            switch (field, value) {
            case (3, .integer(let kind)): isBytePairModel = kind == 2
            case (35, .integer(let flag)): hasByteFallback = flag != 0
            default: continue
            }
        }
    }

    private static func piece(
        _ bytes: ArraySlice<UInt8>, id: Int, path: String
    ) throws -> Piece {
        var piece = Piece()
        var message = ProtocolBufferReader(bytes)
        while let (field, value) = message.next() {
            switch (field, value) {
            case (1, .bytes(let text)): piece.utf8 = text
            case (2, .fourBytes(let bits)): piece.score = Float(bitPattern: bits)
            case (3, .integer(let kind)):
                guard let kind = Kind(rawValue: kind) else {
                    throw damaged(path, found: "piece \(id) of type \(kind)")
                }
                piece.kind = kind
            default: continue
            }
        }
        if message.isDamaged { throw damaged(path, found: "a damaged piece \(id)") }
        return piece
    }

    /// Absent fields have SentencePiece's defaults: prefix added, extra spaces removed, spaces
    /// escaped, no character map.
    private mutating func readNormalizer(_ normalizer: ArraySlice<UInt8>) {
        var hasCharacterMap = false
        var addsPrefix = true
        var removesSpaces = true
        var escapesSpaces = true
        var message = ProtocolBufferReader(normalizer)
        while let (field, value) = message.next() {
            switch (field, value) {
            case (2, .bytes(let map)): hasCharacterMap = !map.isEmpty
            case (3, .integer(let flag)): addsPrefix = flag != 0
            case (4, .integer(let flag)): removesSpaces = flag != 0
            case (5, .integer(let flag)): escapesSpaces = flag != 0
            default: continue
            }
        }
        self.removesSpaces = removesSpaces
        changesFront = addsPrefix || removesSpaces
        keepsTextAsItIs = !hasCharacterMap && !changesFront && escapesSpaces
    }

    /// Throws an `InputError` where a normalizer's map of characters is damaged.
    private static func checkMap(of normalizer: ArraySlice<UInt8>, path: String) throws {
        var message = ProtocolBufferReader(normalizer)
        while let (field, value) = message.next() {
            guard field == 2, case .bytes(let map) = value, !map.isEmpty else { continue }
            if CharacterMap(Array(map)) == nil {
                throw damaged(path, found: "a damaged map of characters (precompiled_charsmap)")
            }
        }
    }

    private static func damaged(_ path: String, found: String) -> InputError {
        InputError(
            at: path, expected: "a SentencePiece model", found: found,
            remedy: "Copy the file again, or train one with `mmbert tokenizer train`.")
    }
}
