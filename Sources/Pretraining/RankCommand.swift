import Checkpoints
import Foundation
import Ranks

/// What rank 0 tells the other ranks to do next. Each command is a piece of work in which all take
/// part; between two of them the others only wait, so that rank 0 opens folders, saves, merges and
/// decides alone.
enum RankCommand: Codable {
    /// Make the run as it stands at this state.
    case begin(TrainerState)
    /// Take over the weights, which follow.
    case takeWeights
    /// Take over your share of the optimizer's moments, which follow, after so many steps.
    case takeMoments(stepCount: Int)
    /// Open the data of the state's stage where its clock and its lanes stand.
    case open(TrainerState)
    /// Have the batch of the next step ready, and answer with a `StepWord`.
    case prepare
    /// Take the step.
    case step
    /// Measure batches of the held-out text, with other weights, which follow, where it says so, and
    /// with these bases of the rotary frequencies.
    case evaluate(hasOtherWeights: Bool, globalBase: Double, localBase: Double)
    /// Answer with a hash of the weights.
    case hashWeights
    /// Send the optimizer's moments to rank 0.
    case sendMoments
    /// The run ends with this exit code.
    case leave(code: Int32)
}

/// What a rank says of the batch that it has ready.
struct StepWord: Codable {
    /// A hash of the whole batch, which all ranks read; nil where it could not be had.
    var batch: UInt64?
    /// A signal that asks to stop.
    var signal: Int32?
    /// Why there is no batch.
    var trouble: RankTrouble?
}

extension RankGroup {
    /// Tells the other ranks what comes next; nothing where there are none.
    func command(_ command: RankCommand) throws {
        guard count > 1 else { return }
        try tell(Array(try JSONEncoder().encode(command)))
    }

    /// What rank 0 wants next.
    func nextCommand() throws -> RankCommand {
        try JSONDecoder().decode(RankCommand.self, from: Data(try hear()))
    }

    /// Answers rank 0.
    func answer(_ word: some Encodable) throws {
        try answer(Array(try JSONEncoder().encode(word)))
    }

    /// What the other ranks answer, beginning with rank 1.
    func words<Word: Decodable>(_: Word.Type, during what: String) throws -> [Word] {
        try answers(during: what).dropFirst().map {
            try JSONDecoder().decode(Word.self, from: Data($0))
        }
    }
}
