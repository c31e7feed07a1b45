import Diagnostics

/// XLM-R's tokenizer: SentencePiece with fairseq's ids.
///
/// Four special tokens come first, `<s>`, `<pad>`, `</s>` and `<unk>`, and `<mask>` last. The model's
/// own first three pieces are `<unk>`, `<s>` and `</s>`, and piece i ≥ 3 has the id i + 1. Special
/// tokens are found in text, and the mask takes the white space in front of it, as in transformers.
final class FairseqCodec: TokenCodec {
    /// The pieces in the order of their ids.
    let pieces: [ArraySlice<UInt8>]
    /// The ids with a meaning of their own.
    let special: SpecialTokens

    private let library: SentencePieceLibrary
    private let model: SentencePieceModel
    let addedTokens: AddedTokenScanner

    /// How much larger an id is than that of the model's piece.
    private static let offset: Int32 = 1
    private static let front = ["<s>", "<pad>", "</s>", "<unk>"]
    private static let frontOfModel = ["<unk>", "<s>", "</s>"]

    /// - Parameters:
    ///   - bytes: the content of a `.model` file.
    ///   - path: the file's name for messages.
    /// - Throws: `InputError` when SentencePiece does not load it, it is not a model of this kind, or
    ///   the files beside it name another class or other special tokens.
    init(_ bytes: [UInt8], path: String, settings: TokenizerSettings) throws {
        model = try SentencePieceModel(bytes: bytes, path: path)
        try Self.check(model, path, settings)
        library = try SentencePieceLibrary(model, bytes: bytes, path: path)
        let mask = Int32(model.pieces.count) + Self.offset
        special = SpecialTokens(padding: 1, end: 2, begin: 0, unknown: 3, mask: mask)
        let names = Self.front + ["<mask>"]
        pieces =
            Self.front.map { Array($0.utf8)[...] } + model.pieces.dropFirst(3).map(\.utf8)
            + [Array("<mask>".utf8)[...]]
        var addedTokens = AddedTokenScanner()
        for (name, id) in zip(names, [0, 1, 2, 3, mask]) {
            addedTokens.insert(
                TokenizerJSON.AddedToken(
                    id: Int(id), content: Array(name.utf8), isNormalized: false,
                    takesSpaceBefore: id == mask))
        }
        self.addedTokens = addedTokens
    }

    private static func check(
        _ model: SentencePieceModel, _ path: String, _ settings: TokenizerSettings
    ) throws {
        let found = model.pieces.prefix(frontOfModel.count).map(\.text)
        guard found == frontOfModel else {
            throw InputError(
                at: path,
                expected: "the pieces \(frontOfModel.joined(separator: " ")) first, as in XLM-R",
                found: found.joined(separator: " "),
                remedy: "Load the tokenizer in transformers and save it with save_pretrained, so "
                    + "that there is a \(TokenizerFolder.jsonName).")
        }
        let usual = [
            "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>",
            "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask>",
        ]
        let other = settings.roles.sorted { $0.key < $1.key }.first { role, token in
            usual[role].map { $0 != token } ?? false
        }
        let configuration = settings.path(of: TokenizerFolder.configurationName)
        let remedy =
            "Load the tokenizer in transformers and save it with save_pretrained, so that a "
            + "\(TokenizerFolder.jsonName) says what it does."
        if let other {
            throw InputError(
                at: "\(configuration): \(other.key)", expected: usual[other.key] ?? "",
                found: other.value, remedy: remedy)
        }
        if let name = settings.knownClass, name != "XLMRobertaTokenizer" {
            throw InputError(
                at: "\(configuration): tokenizer_class",
                expected: "XLMRobertaTokenizer for a \(TokenizerFolder.fairseqName) alone",
                found: name, remedy: remedy)
        }
    }

    /// `<s> A </s>`, and `<s> A </s> </s> B </s>`.
    var template: SequenceTemplate {
        let begin = [SequenceTemplate.Token(id: special.begin)]
        let end = [SequenceTemplate.Token(id: special.end)]
        return SequenceTemplate(
            single: .init(front: begin, behind: end),
            pair: .init(front: begin, between: end + end, behind: end))
    }

    func encode(_ utf8: UnsafeBufferPointer<UInt8>, isInside: Bool, to sink: inout TokenSink) {
        addedTokens.forEachPart(of: utf8) { id, range in
            sink.append(id, at: range)
        } between: { range in
            let first = sink.ids.count
            let part = TextSegment(
                text: UnsafeBufferPointer(rebasing: utf8[range]), start: range.lowerBound)
            library.encode(part, isInside: isInside, to: &sink)
            for place in first..<sink.ids.count {
                // Control pieces are in no text.
                let id = sink.ids[place]
                sink.ids[place] = id == 0 ? special.unknown : id + Self.offset
            }
        }
    }

    /// The model's piece of an id, nil for special tokens.
    private func modelPiece(of id: Int32) -> SentencePieceModel.Piece? {
        id > special.unknown && id < special.mask ? model.pieces[Int(id - Self.offset)] : nil
    }

    func decode(_ ids: [Int32]) -> [UInt8] {
        let text = ids.flatMap { id -> [UInt8] in
            guard let piece = modelPiece(of: id) else {
                return [special.unknown, special.mask].contains(id) ? Array(pieces[Int(id)]) : []
            }
            switch piece.kind {
            case .byte: return byteValue(of: piece.utf8).map { [UInt8($0)] } ?? []
            case .control: return []
            default: return plainText(of: piece.utf8)
            }
        }
        // A space that encoding put in front.
        return text.first == 0x20 ? Array(text.dropFirst()) : text
    }

    func meaning(of id: Int32) -> PieceMeaning {
        guard let piece = modelPiece(of: id) else { return .none }
        switch piece.kind {
        case .normal, .userDefined: return .text(plainText(of: piece.utf8))
        case .byte: return byteValue(of: piece.utf8).map { .byte(UInt8($0)) } ?? .none
        case .unknown, .control, .unused: return .none
        }
    }
}
