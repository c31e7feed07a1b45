/// Moves bytes between the ranks of a run: MPI's, or in tests threads of one process.
///
/// Each call begins an operation and returns its number, which `test` is asked about until it has
/// ended; buffers stay valid and untouched until then. All ranks of a level begin the operations of
/// the level in the same order. One thread at a time calls.
package protocol RankTransport: AnyObject {
    /// The number of this rank, from 0, in seat order: the machine of rank 0 first.
    var rank: Int { get }
    /// How many ranks take part.
    var count: Int { get }
    /// Where each rank runs: host names, by rank. Ranks of one machine follow one another, and no
    /// two machines have the same name.
    var machines: [String] { get }
    /// What moves the bytes: `Open MPI 4.1.4`.
    var engine: String { get }

    /// Sends to each rank of `level` its piece of `send` and receives one from each, itself
    /// included: `MPI_Ialltoallv`.
    ///
    /// - Parameters:
    ///   - send: the pieces in the order of the level's ranks, one behind another.
    ///   - sendCounts: floats of each piece, by rank of the level.
    ///   - receive: the pieces of all ranks of the level in their order, one behind another.
    ///   - receiveCounts: floats of each of them.
    func exchange(
        _ send: UnsafePointer<Float>, counts sendCounts: [Int32],
        into receive: UnsafeMutablePointer<Float>, counts receiveCounts: [Int32],
        among level: RankLevel
    ) throws -> Int32

    /// Completes `all`, whose piece r comes from rank r of `level`: `MPI_Iallgatherv` in place.
    ///
    /// - Parameter counts: floats of each piece, by rank of the level.
    func gather(
        _ all: UnsafeMutablePointer<Float>, counts: [Int32], among level: RankLevel
    ) throws -> Int32

    /// Gives all ranks the `count` bytes of rank `root`, less than 2³¹.
    func broadcast(_ bytes: UnsafeMutableRawPointer, count: Int, from root: Int) throws -> Int32

    /// Sends `count` bytes, less than 2³¹, to a rank that receives as many with the same tag.
    func send(
        _ bytes: UnsafeRawPointer, count: Int, to rank: Int, tag: Int32
    ) throws -> Int32

    /// Receives `count` bytes, less than 2³¹, that a rank sends with the same tag.
    func receive(
        _ bytes: UnsafeMutableRawPointer, count: Int, from rank: Int, tag: Int32
    ) throws -> Int32

    /// Whether an operation has ended; its number is no longer valid then.
    func test(_ operation: Int32) throws -> Bool

    /// Leaves the run, when all ranks do.
    func finish() throws

    /// Ends all ranks at once, with this exit code where it can.
    func abort(code: Int32)
}

/// Among whom an operation takes place.
package enum RankLevel: Int32, Sendable {
    /// All ranks of the run.
    case all = 0
    /// The ranks of this rank's machine.
    case machine = 1
    /// Those who have this rank's place on their machines.
    case sameSeat = 2
}
