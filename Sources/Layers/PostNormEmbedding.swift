import Autograd
import TensorCore

/// Token ids to normalised vectors: x = norm(token's row + type's row + position's row), as in BERT
/// (Devlin et al., 2019).
public struct PostNormEmbedding {
    /// The token table, tied to the decoder: `[vocabulary, hidden]`.
    public let table: Parameter
    /// The table of positions: `[position rows, hidden]`.
    public let positions: Parameter
    /// The table of token types, one for each text of a pair: `[types, hidden]`.
    public let types: Parameter
    /// The norm of the sum.
    public let norm: LayerNorm
    /// The id whose row gets no gradient here.
    public let padTokenID: Int
    /// The row of the first position. Where it is not 0, the row before it is that of padding, and
    /// gets no gradient.
    public let firstPosition: Int

    /// Parameters are named `prefix` + `word_embeddings.weight`, `position_embeddings.weight`,
    /// `token_type_embeddings.weight`, `LayerNorm.weight` and `LayerNorm.bias`.
    public init(
        prefix: String, vocabularySize: Int, positionRows: Int, typeCount: Int, hiddenSize: Int,
        normEpsilon: Float, padTokenID: Int, firstPosition: Int
    ) {
        func rows(_ name: String, _ rows: Int) -> Parameter {
            Parameter(
                name: "\(prefix)\(name)_embeddings.weight", rows: rows, columns: hiddenSize)
        }
        table = rows("word", vocabularySize)
        positions = rows("position", positionRows)
        types = rows("token_type", typeCount)
        norm = LayerNorm(prefix: prefix + "LayerNorm", columns: hiddenSize, epsilon: normEpsilon)
        (self.padTokenID, self.firstPosition) = (padTokenID, firstPosition)
    }

    /// `[tokens]` to `[tokens, hidden]`.
    ///
    /// - Parameters:
    ///   - tokenTypes: `[tokens]`; empty where all are 0. One beyond the table counts as its last,
    ///     as in XLM-RoBERTa, which has but one.
    ///   - starts: `[sequences + 1]`; positions restart at each.
    public func callAsFunction<Element: Activation>(
        _ tokenIDs: [Int32], tokenTypes: [Int32], cumulativeSequenceLengths starts: [Int32],
        on tape: Tape<Element>
    ) -> Tensor<Float> {
        let lastType = Int32(self.types.shape[0] - 1)
        let types =
            tokenTypes.isEmpty ? tokenIDs.map { _ in 0 } : tokenTypes.map { min($0, lastType) }
        return norm(
            tape.embedding(sumOf: [
                (table, tokenIDs, Int32(padTokenID)), (self.types, types, nil),
                (
                    positions, positionRows(of: tokenIDs, starts),
                    firstPosition > 0 ? Int32(firstPosition - 1) : nil
                ),
            ]), on: tape)
    }

    /// The row of each token's position. Where padding has a row of its own, padding tokens have
    /// that one and do not count, as in fairseq.
    func positionRows(of tokenIDs: [Int32], _ starts: [Int32]) -> [Int32] {
        var rows: [Int32] = []
        rows.reserveCapacity(tokenIDs.count)
        let countsAll = firstPosition == 0
        for (start, end) in zip(starts, starts.dropFirst()) {
            var next = Int32(firstPosition)
            for id in tokenIDs[Int(start)..<Int(end)] {
                if countsAll || id != Int32(padTokenID) {
                    rows.append(next)
                    next += 1
                } else {
                    rows.append(Int32(firstPosition - 1))
                }
            }
        }
        return rows
    }

    /// All parameters in checkpoint order.
    public var parameters: [Parameter] { [table, positions, types] + norm.parameters }

    /// Gives the tables their initial values.
    public func initialize(by initialization: FullMegatronInitialization) {
        for table in [table, positions, types] { initialization.initializeInput(table) }
    }
}
