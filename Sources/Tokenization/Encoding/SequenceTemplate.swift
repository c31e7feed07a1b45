/// Which special tokens stand around a text, or around two: `[CLS] A [SEP]`,
/// `[CLS] A [SEP] B [SEP]`.
///
/// A template is a tokenizer's (`Tokenizer.template`). Each text is encoded by itself.
public struct SequenceTemplate: Sendable, Equatable {
    /// A special token, with the token type of its row.
    public struct Token: Sendable, Equatable {
        /// Its id.
        public let id: Int32
        /// Its type: 0, or 1 where it belongs to the second text of a BERT. Only models with a
        /// table of token types look at it.
        public let type: Int32

        /// A token of a type.
        public init(id: Int32, type: Int32 = 0) { (self.id, self.type) = (id, type) }
    }

    /// The tokens around the texts of one kind of sequence.
    public struct Arrangement: Sendable, Equatable {
        /// The tokens in front of the first text.
        public var front: [Token]
        /// The tokens between two texts; none where there is one.
        public var between: [Token]
        /// The tokens behind the last text.
        public var behind: [Token]
        /// The types of the rows of the first and the second text.
        public var types: (first: Int32, second: Int32)

        /// Tokens around one text or two.
        public init(
            front: [Token], between: [Token] = [], behind: [Token],
            types: (first: Int32, second: Int32) = (0, 0)
        ) {
            (self.front, self.between, self.behind) = (front, between, behind)
            self.types = types
        }

        /// How many tokens stand around the texts.
        public var count: Int { front.count + between.count + behind.count }

        /// Equal tokens at equal places.
        public static func == (a: Arrangement, b: Arrangement) -> Bool {
            (a.front, a.between, a.behind) == (b.front, b.between, b.behind) && a.types == b.types
        }
    }

    /// Around one text.
    public let single: Arrangement
    /// Around two.
    public let pair: Arrangement

    /// A template of both kinds.
    public init(single: Arrangement, pair: Arrangement) {
        (self.single, self.pair) = (single, pair)
    }

    /// `<bos> A <eos>` and `<bos> A <eos> B <eos>`, with the tokens of these roles.
    public init(_ special: SpecialTokens) {
        let (begin, end) = (Token(id: special.begin), Token(id: special.end))
        self.init(
            single: Arrangement(front: [begin], behind: [end]),
            pair: Arrangement(front: [begin], between: [end], behind: [end]))
    }

    /// A text's ids with the tokens around it, of at most `limit` in all: ids at the text's end
    /// are cut off.
    ///
    /// - Precondition: `limit` has room for the special tokens.
    public func single(_ ids: some Collection<Int32>, limit: Int = .max) -> ArrangedSequence {
        let kept = min(ids.count, room(of: single, limit))
        return ArrangedSequence(single, ids.prefix(kept), EmptyCollection(), cut: ids.count - kept)
    }

    /// Two texts' ids with the tokens around them, of at most `limit` in all: ids at the ends of
    /// the texts are cut off as `cutting` says.
    ///
    /// - Precondition: `limit` has room for the special tokens.
    public func pair(
        _ first: some Collection<Int32>, _ second: some Collection<Int32>, limit: Int = .max,
        cutting: PairCutting = .longestFirst
    ) -> ArrangedSequence {
        let kept = cutting.counts(first.count, second.count, room: room(of: pair, limit))
        return ArrangedSequence(
            pair, first.prefix(kept.first), second.prefix(kept.second),
            cut: first.count - kept.first + second.count - kept.second)
    }

    /// How many ids of texts a sequence of `limit` has.
    func room(of arrangement: Arrangement, _ limit: Int) -> Int {
        precondition(
            limit >= arrangement.count,
            "SequenceTemplate: \(limit) tokens, of which \(arrangement.count) are special")
        return limit - arrangement.count
    }
}
