/// What a model would put in the place of one mask.
public struct MaskPrediction: Sendable, Equatable {
    /// A token, and how likely it is here.
    public struct Candidate: Sendable, Equatable, Codable {
        /// The token's id.
        public let id: Int32
        /// The token as the vocabulary has it, such as `▁Paris`; the id's digits without tokenizer.
        public let token: String
        /// The token as text, such as ` Paris`.
        public let text: String
        /// The probability of this token among all of the vocabulary.
        public let probability: Double
    }

    /// The mask's place in the token sequence, from 0, `<bos>` counted.
    public let position: Int
    /// The most likely tokens, the likeliest first.
    public let candidates: [Candidate]
}
