import PackedBatches

/// A token sequence on its way into a microbatch.
public struct StreamedSequence: Sendable, Equatable {
    /// Index of the source it comes from.
    public let source: Int32
    /// Its place in what its lane reads of the source, from 0.
    public let number: Int
    /// Its token ids.
    public let tokenIDs: [Int32]

    /// A sequence with where it comes from.
    public init(source: Int32, number: Int, tokenIDs: [Int32]) {
        self.source = source
        self.number = number
        self.tokenIDs = tokenIDs
    }
}

/// Puts whole sequences into microbatches of at most `capacity` tokens, without padding.
///
/// Sequences wait in the order they came. A microbatch takes the longest-waiting ones while they
/// fit, then fills what is left greedily with the best fit: the longest waiting sequence that
/// fits, until none does. So every sequence leaves, none waits longer than its turn at the front,
/// and the mixture inside a microbatch stays as it was drawn.
public struct SequencePacker: Sendable {
    /// Most tokens in a microbatch.
    public let capacity: Int
    /// Longest sequence.
    public let context: Int
    /// Sequences that have come and are not packed yet, oldest first.
    public private(set) var waiting: [StreamedSequence] = []

    /// Their tokens.
    public private(set) var waitingTokens = 0
    /// Sequences of full context that the best fit may choose from beyond one microbatch.
    private static let choice = 32

    /// A packer with nothing waiting.
    ///
    /// - Precondition: `0 < context <= capacity`.
    public init(capacity: Int, context: Int) {
        precondition(
            0 < context && context <= capacity,
            "SequencePacker: capacity \(capacity), context \(context)")
        self.capacity = capacity
        self.context = context
    }

    /// Whether more sequences should be appended before the next microbatch is taken.
    public var wantsMore: Bool {
        waitingTokens < capacity + Self.choice * context
    }

    /// Adds a sequence at the end of those that wait, cut to the context: its last id is kept, as
    /// it marks the end of the sequence.
    ///
    /// - Precondition: the sequence is not empty.
    public mutating func append(_ sequence: StreamedSequence) {
        let ids = sequence.tokenIDs
        precondition(!ids.isEmpty, "SequencePacker: sequence \(sequence.number) is empty")
        if ids.count > context {
            waiting.append(
                StreamedSequence(
                    source: sequence.source, number: sequence.number,
                    tokenIDs: Array(ids[..<(context - 1)] + ids.suffix(1))))
        } else {
            waiting.append(sequence)
        }
        waitingTokens += min(ids.count, context)
    }

    /// The sequences of the next microbatch; none if nothing waits.
    public mutating func takeMicrobatch() -> [StreamedSequence] {
        var room = capacity
        let inTurn = waiting.prefix { sequence in
            guard sequence.tokenIDs.count <= room else { return false }
            room -= sequence.tokenIDs.count
            return true
        }
        var taken = Array(inTurn)
        waiting.removeFirst(taken.count)
        while let index = indexOfBestFit(in: room) {
            let sequence = waiting.remove(at: index)
            room -= sequence.tokenIDs.count
            taken.append(sequence)
        }
        waitingTokens -= capacity - room
        return taken
    }

    /// The oldest of the longest waiting sequences that fit in `room` tokens.
    private func indexOfBestFit(in room: Int) -> Int? {
        var best: (index: Int, length: Int)?
        for (index, sequence) in waiting.enumerated() {
            let length = sequence.tokenIDs.count
            guard length <= room, length > (best?.length ?? 0) else { continue }
            best = (index, length)
            if length == room { break }
        }
        return best?.index
    }
}

extension PackedBatch {
    /// The sequences one after another, none of whose tokens is scored.
    init(_ sequences: [StreamedSequence]) {
        self.init(sequences: sequences.map(\.tokenIDs), sources: sequences.map(\.source))
    }
}
