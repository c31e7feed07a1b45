import Encoders
import Host
import TensorCore

/// Memory of a training step in bytes, from the shapes of what the step keeps.
///
/// With d columns, gated width i, e bytes an activation, and h heads, a token keeps in each layer,
/// until the way back has passed it: the residual stream before attention and before the
/// feed-forward block (4d each), both norms' results (e·d each), queries, keys and values (3e·d),
/// the attention's result (e·d), `Wi`'s result (2e·i), the gated product (e·i), a log-sum-exp per
/// head, two statistics per norm, and a bit for each column that dropout may drop (d/8). Post-norm
/// layers keep as much, with their sums before the norms as the stream, of width i only what comes
/// before and behind the activation, and bits behind both blocks. In the last layer what comes
/// behind the attention is kept for scored tokens alone.
public struct MemoryPlan: Encodable, Sendable, Equatable {
    /// Weights in single precision.
    public let parameters: Int
    /// Their gradients: one for each node of the tree of sums that waits for its sibling.
    public let gradients: Int
    /// The optimizer's two moments, of this rank's share of the parameters.
    public let moments: Int
    /// What goes to and comes from other ranks, two buckets at a time; 0 for one rank.
    public let exchange: Int
    /// Copies of the matrices in bfloat16; 0 in single precision.
    public let roundedCopies: Int
    /// Bytes that one token of a microbatch keeps, all layers together.
    public let activationsPerToken: Int
    /// What all tokens of a microbatch keep.
    public let activations: Int
    /// What they keep where every layer keeps its input alone and is computed again on the way
    /// back (`activation_checkpointing`).
    public let activationsWithCheckpointing: Int
    /// Scratch of the decoder: exponentials of a chunk of rows, and sums.
    public let head: Int
    /// Gradients and copies that live for one operation, and the program itself.
    public let working: Int
    /// The peak without and with `activation_checkpointing`.
    public let withoutCheckpointing, withCheckpointing: Int
    /// Whether the recipe has `activation_checkpointing`.
    public let isCheckpointing: Bool

    /// The peak as the recipe has it.
    public var peak: Int { isCheckpointing ? withCheckpointing : withoutCheckpointing }

    /// Code, libraries and the buffers of the data stream.
    private static let program = 128 << 20

    /// Memory of microbatches of `microbatchTokens` tokens, of which at most the share `scored` is
    /// scored, on each of `ranks` ranks that share `lanes` lanes, in equal
    /// numbers on `machines` machines.
    package init(
        _ configuration: any EncoderConfiguration, precision: Precision, isCheckpointing: Bool,
        microbatchTokens: Int, scored: Double, lanes: Int = 1, ranks: Int = 1,
        machines: Int = 1
    ) {
        self.isCheckpointing = isCheckpointing
        let shares = LaneShares(lanes: lanes, ranks: ranks)
        parameters = 4 * configuration.parameterCount
        gradients = parameters * shares.gradientsOfARank
        moments = (2 * parameters + ranks - 1) / ranks
        exchange = shares.exchangeByteCount(
            of: configuration.parameterShapes.map(\.count), machines: machines)
        let matrices = configuration.parameterShapes.filter { $0.shape.count > 1 }
        roundedCopies = precision == .bf16 ? matrices.reduce(0) { $0 + 2 * $1.count } : 0

        let e = precision == .bf16 ? 2 : 4
        let (d, i) = (configuration.hiddenSize, configuration.intermediateSize)
        let attention = 4 * d + 5 * e * d + 4 * configuration.headCount + 8
        let (wide, masks) = configuration.family == .modernBERT ? (3, 1) : (2, 2)
        let feedForward = 4 * d + e * d + wide * e * i + 8 + masks * ((d + 7) / 8)
        // The table's rows before the first norm; behind the last layer the final norm and head.
        let (embedding, last) = (4 * d + 8, 4 * d + 6 * e * d + feedForward)
        let layers = configuration.layerCount * (attention + feedForward)
        activationsPerToken =
            embedding + layers - feedForward + Int((scored * Double(last)).rounded())
        activations = activationsPerToken * microbatchTokens
        let inputs = configuration.layerCount * 4 * d
        activationsWithCheckpointing =
            (embedding + inputs + attention + feedForward) * microbatchTokens

        let rows = Int((scored * Double(microbatchTokens)).rounded(.up))
        head = maskedCrossEntropyScratchByteCount(
            rows: rows, hidden: d, vocabulary: configuration.vocabularySize, precision: precision)
        working = Self.program + microbatchTokens * (3 * e * i + 16 * d + 2 * e * d)
        let fixed =
            parameters + gradients + moments + exchange + roundedCopies + head + working
        withoutCheckpointing = fixed + activations
        withCheckpointing = fixed + activationsWithCheckpointing
    }
}
