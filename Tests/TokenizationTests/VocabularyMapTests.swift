import TestSupport
import Testing
import Tokenization

/// Pieces of one tokenizer looked up in another one's vocabulary, over all kinds of tokenizers.
@Suite struct VocabularyMapTests {
    private let model: Tokenizer
    private let byteLevel: Tokenizer
    private let unigram: Tokenizer

    init() throws {
        model = try Tokenizer(path: Fixtures.path("Tokenization/gemma-like.model"))
        let bytes = try TokenizerVariants("byte-level")
        try bytes.folder.write(
            #"{"pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}"#,
            to: "special_tokens_map.json")
        byteLevel = try bytes.tokenizer()
        let unigrams = try TokenizerVariants("unigram")
        try unigrams.folder.write(
            #"{"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}"#,
            to: "tokenizer_config.json")
        unigram = try unigrams.tokenizer()
    }

    private var all: [Tokenizer] { [model, byteLevel, unigram] }

    @Test func `a tokenizer's own pieces are found where they are`() {
        for tokenizer in all {
            let map = VocabularyMap(from: tokenizer, to: tokenizer)
            for (id, origin) in map.origins.enumerated() {
                let isSpecial = tokenizer.special.all.contains(Int32(id))
                #expect(
                    origin == (isSpecial ? .role(Int32(id)) : .piece(Int32(id)))
                        || isTwin(origin, of: Int32(id), in: tokenizer),
                    "\(tokenizer.piece(Int32(id)))")
            }
        }
    }

    /// Whether a piece is found in another one of the same text.
    private func isTwin(
        _ origin: VocabularyMap.Origin, of id: Int32, in tokenizer: Tokenizer
    ) -> Bool {
        guard case .piece(let other) = origin else { return false }
        return other != id && tokenizer.decode([other]) == tokenizer.decode([id])
    }

    @Test func `special tokens are those of the same role, whatever their names`() {
        for old in all {
            for new in all {
                let map = VocabularyMap(from: old, to: new)
                for (id, like) in zip(new.special.all, old.special.all) {
                    #expect(map.origins[Int(id)] == .role(like))
                }
            }
        }
    }

    @Test func `pieces together have the text of the piece that they tell`() {
        for old in all {
            for new in all {
                let origins = VocabularyMap(from: old, to: new).origins
                for (id, origin) in origins.enumerated() {
                    let ids: [Int32]
                    switch origin {
                    case .piece(let like): ids = [like]
                    case .pieces(let found): ids = found
                    case .role, .nothing: continue
                    }
                    // Between words, so that no space is taken off the front of the text.
                    let (a, b) = (new.encode("x"), old.encode("x"))
                    let wanted = new.decode(a + [Int32(id)] + a)
                    let found = old.decode(b + ids + b)
                    // Parts of characters have no text; the next test looks at their bytes.
                    if wanted.contains("\u{fffd}") { continue }
                    #expect(
                        found == wanted || ids.contains(old.special.unknown)
                            || isKnownInPart(wanted, found),
                        "\(new.piece(Int32(id))): \(ids.map(old.piece))")
                }
            }
        }
    }

    /// Whether characters of a text are missing that the old tokenizer does not know.
    private func isKnownInPart(_ wanted: String, _ found: String) -> Bool {
        var rest = wanted[...]
        return found.allSatisfy { character in
            guard let place = rest.firstIndex(of: character) else { return false }
            rest = rest[rest.index(after: place)...]
            return true
        }
    }

    @Test func `a piece is the same with another sign for its space`() throws {
        let origins = VocabularyMap(from: unigram, to: byteLevel).origins
        var checked = 0
        for (id, piece) in byteLevel.pieces.enumerated() {
            let name = String(decoding: piece, as: UTF8.self)
            guard name.hasPrefix("Ġ"), name.dropFirst().allSatisfy(\.isASCII),
                let same = unigram.pieces.firstIndex(where: {
                    $0.elementsEqual("▁\(name.dropFirst())".utf8)
                })
            else { continue }
            #expect(origins[id] == .piece(Int32(same)), "\(name)")
            checked += 1
        }
        #expect(checked > 5)
    }

    @Test func `inside a word no space is put in front`() throws {
        let map = VocabularyMap(from: unigram, to: byteLevel)
        let space = try #require(unigram.pieces.firstIndex { $0.elementsEqual("▁".utf8) })
        var checked = 0
        for (id, origin) in map.origins.enumerated() {
            guard case .pieces(let ids) = origin,
                !byteLevel.decode([Int32(id)]).hasPrefix(" ")
            else { continue }
            #expect(ids.first != Int32(space) && !unigram.piece(ids[0]).hasPrefix("▁"))
            checked += 1
        }
        #expect(checked > 20)
    }

    @Test func `parts of characters are told by their bytes`() throws {
        // In the alphabet of byte-level tokenizers: 0xE6, 0x97, and both.
        let expected: [(name: String, bytes: [String])] = [
            ("æ", ["<0xE6>"]), ("Ĺ", ["<0x97>"]), ("æĹ", ["<0xE6>", "<0x97>"]),
        ]
        let origins = VocabularyMap(from: model, to: byteLevel).origins
        for (name, bytes) in expected {
            let id = try #require(byteLevel.pieces.firstIndex { $0.elementsEqual(name.utf8) })
            let found: [Int32] =
                switch origins[id] {
                case .piece(let like): [like]
                case .pieces(let likes): likes
                case .role, .nothing: []
                }
            #expect(found.map(model.piece) == bytes, "\(name)")
        }
    }

    @Test func `sources leave out what is to begin at random`() {
        let map = VocabularyMap(from: model, to: byteLevel)
        let (averaged, shared) = (map.sources(averaging: true), map.sources(averaging: false))
        let counts = map.counts
        #expect(counts.roles == 5 && counts.same > 100 && counts.told > 100)
        #expect(
            counts.roles + counts.same + counts.told + counts.unknown == byteLevel.vocabularySize)
        #expect(averaged.count { $0.isEmpty } == counts.unknown)
        #expect(shared.count { $0.isEmpty } == counts.unknown + counts.told)
        #expect(shared.allSatisfy { $0.count <= 1 })
    }
}
