import Reporting

/// Where each piece of a tokenizer has its like in the vocabulary of another one, whose model is to
/// go on with new pieces.
///
/// A piece is the same in both where it stands for the same text, whatever signs the two have for
/// spaces and bytes: `▁the` and `Ġthe` are one piece. Special tokens are those of the same role,
/// whatever their names. Any other piece is told by the pieces that the old tokenizer makes of its
/// text.
public struct VocabularyMap: Sendable, Equatable {
    /// Where a piece has its like.
    public enum Origin: Sendable, Equatable {
        /// In the old special token of its role.
        case role(Int32)
        /// In the old piece of the same text.
        case piece(Int32)
        /// In these old pieces together, in the order of its text.
        case pieces([Int32])
        /// Nowhere: it stands for no text, or the old tokenizer knows nothing of it.
        case nothing
    }

    /// The origin of each new piece, in the order of ids.
    public let origins: [Origin]

    /// The map from the pieces of `old` to those of `new`.
    public init(from old: Tokenizer, to new: Tokenizer) {
        let vocabulary = OldVocabulary(old)
        var origins = new.pieces.indices.map { vocabulary.origin(ofPiece: Int32($0), of: new) }
        for (id, role) in SpecialTokenRole.ids(of: new) {
            origins[Int(id)] = .role(vocabulary.special[role])
        }
        self.origins = origins
    }

    /// For each new piece the old ones whose mean it begins as; none where it begins at random.
    ///
    /// - Parameter averaging: whether pieces that are not in both vocabularies begin as the mean of
    ///   the old pieces of their text, or at random.
    public func sources(averaging: Bool) -> [[Int32]] {
        origins.map { origin in
            switch origin {
            case .role(let id), .piece(let id): [id]
            case .pieces(let ids): averaging ? ids : []
            case .nothing: []
            }
        }
    }

    /// How many pieces begin as what, in words.
    ///
    /// - Parameters:
    ///   - averaging: as `sources` has it.
    ///   - rows: the rows of the new token table, which may be more than pieces.
    public func summary(averaging: Bool, rows: Int) -> String {
        let counts = counts
        var parts = ["\(grouped(counts.same)) of \(grouped(origins.count)) pieces copied"]
        if averaging { parts.append("\(grouped(counts.told)) as the mean of old pieces") }
        parts.append("\(counted(counts.roles, "special token")) by role")
        let random = counts.unknown + (averaging ? 0 : counts.told)
        parts.append("\(grouped(random)) random")
        if rows > origins.count {
            parts.append("\(counted(rows - origins.count, "row")) of no piece random")
        }
        return parts.joined(separator: ", ")
    }

    /// How many pieces have an origin of each kind.
    public var counts: (roles: Int, same: Int, told: Int, unknown: Int) {
        origins.reduce(into: (roles: 0, same: 0, told: 0, unknown: 0)) { counts, origin in
            switch origin {
            case .role: counts.roles += 1
            case .piece: counts.same += 1
            case .pieces: counts.told += 1
            case .nothing: counts.unknown += 1
            }
        }
    }
}

/// What a special token is for.
private enum SpecialTokenRole: CaseIterable {
    case padding, unknown, begin, end, mask

    /// The names that tokens of this role have where a tokenizer has more of them than one.
    private var names: [String] {
        switch self {
        case .padding: ["<pad>", "[PAD]"]
        case .unknown: ["<unk>", "[UNK]"]
        case .begin: ["<bos>", "<s>", "<cls>", "[BOS]", "[CLS]", "<|startoftext|>"]
        case .end: ["<eos>", "</s>", "<sep>", "[EOS]", "[SEP]", "<|endoftext|>"]
        case .mask: ["<mask>", "[MASK]"]
        }
    }

    /// The special tokens of a tokenizer with their roles. Of a token with several roles the last
    /// in the order of the cases comes last.
    static func ids(of tokenizer: Tokenizer) -> [(id: Int32, role: Self)] {
        allCases.map { (tokenizer.special[$0], $0) }
    }

    /// The role of a token by its name.
    static func named(_ piece: ArraySlice<UInt8>) -> Self? {
        allCases.first { $0.names.contains { piece.elementsEqual($0.utf8) } }
    }
}

extension SpecialTokens {
    fileprivate subscript(role: SpecialTokenRole) -> Int32 {
        switch role {
        case .padding: padding
        case .unknown: unknown
        case .begin: begin
        case .end: end
        case .mask: mask
        }
    }
}

/// The vocabulary in which the pieces of another are looked up.
private struct OldVocabulary {
    private let tokenizer: Tokenizer
    /// The first piece of each meaning.
    private var ids: [PieceMeaning: Int32] = [:]
    /// Pieces that stand for no text, by their names.
    private var names: [ArraySlice<UInt8>: Int32] = [:]
    var special: SpecialTokens { tokenizer.special }

    init(_ tokenizer: Tokenizer) {
        self.tokenizer = tokenizer
        for (place, name) in tokenizer.pieces.enumerated() {
            let id = Int32(place)
            let meaning = tokenizer.codec.meaning(of: id)
            if meaning == .none {
                if names[name] == nil { names[name] = id }
            } else if ids[meaning] == nil {
                ids[meaning] = id
            }
        }
    }

    /// Where piece `id` of `new`, whatever its role, has its like.
    func origin(ofPiece id: Int32, of new: Tokenizer) -> VocabularyMap.Origin {
        let name = new.pieces[Int(id)]
        let meaning = new.codec.meaning(of: id)
        let same =
            switch meaning {
            case .text(let text): ids[meaning] ?? (text.count == 1 ? self.id(of: text[0]) : nil)
            case .byte(let byte): self.id(of: byte)
            case .none: names[name]
            }
        if let same { return .piece(same) }
        if let role = SpecialTokenRole.named(name) { return .role(special[role]) }
        guard case .text(let text) = meaning else { return .nothing }
        let found = pieces(of: text)
        return found.isEmpty ? .nothing : .pieces(found)
    }

    /// The piece that stands for a byte, or for the character that this byte is.
    private func id(of byte: UInt8) -> Int32? {
        ids[.byte(byte)] ?? (byte < 0x80 ? ids[.text([byte])] : nil)
    }

    /// The pieces of a text, as inside a longer one. Bytes that are no UTF-8 are looked up one by
    /// one; what is not known is left out.
    private func pieces(of text: [UInt8]) -> [Int32] {
        var found: [Int32] = []
        for part in Self.parts(of: text) {
            if part.isText {
                part.bytes.withUnsafeBufferPointer {
                    tokenizer.codec.encode($0, isInside: true, appendingTo: &found)
                }
            } else {
                found += part.bytes.compactMap(id(of:))
            }
        }
        return found.filter { $0 != special.unknown }
    }

    /// Cuts bytes into parts that are UTF-8 and parts that are not.
    private static func parts(of text: [UInt8]) -> [(isText: Bool, bytes: [UInt8])] {
        var parts: [(isText: Bool, bytes: [UInt8])] = []
        text.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let length = decodeScalar(bytes, at: start).length
                let character = bytes[start..<(start + max(1, length))]
                if parts.last?.isText != (length > 0) { parts.append((length > 0, [])) }
                parts[parts.count - 1].bytes += character
                start += character.count
            }
        }
        return parts
    }
}
