/// What a model predicts in the place of one mask.
public struct MaskPrediction: Sendable, Equatable {
    /// A token, and how likely it is here.
    public struct Candidate: Sendable, Equatable, Codable {
        /// The token's id.
        public let id: Int32
        /// The token as in the vocabulary, such as `▁Paris`; the id's digits without a tokenizer.
        public let token: String
        /// The token as text, such as ` Paris`.
        public let text: String
        /// The probability of this token among the whole vocabulary.
        public let probability: Double
    }

    /// The mask's place in the token sequence, from 0, `<bos>` counted.
    public let position: Int
    /// The most likely tokens, the likeliest first.
    public let candidates: [Candidate]
}
