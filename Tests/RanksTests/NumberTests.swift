import Ranks
import TestSupport
import Testing

@Suite struct NumberTests {
    /// What rank `from` sends to rank `to`: `[(from + 2 to) mod 5]` numbers that tell both.
    private static func piece(from: Int, to: Int) -> [Float] {
        (0..<(from + 2 * to) % 5).map { Float(1000 * from + 100 * to + $0) }
    }

    @Test(arguments: [1, 2, 3, 6], [RankLevel.all, .machine, .sameSeat])
    func `an exchange brings each rank the pieces that are its own`(
        ranks: Int, level: RankLevel
    ) throws {
        let machines = ranks == 6 ? ["a", "a", "b", "b", "c", "c"] : nil
        let received = try withThreadRanks(ranks, machines: machines) { group in
            let members = group.members(of: level)
            let outgoing = members.map { Self.piece(from: group.rank, to: $0) }
            let incoming = members.map { Self.piece(from: $0, to: group.rank).count }
            let receive = UnsafeMutablePointer<Float>.allocate(capacity: 64)
            defer { receive.deallocate() }
            // One without numbers has an address all the same.
            let send = outgoing.flatMap(\.self) + [0]
            for _ in 0..<3 {
                receive.update(repeating: -1, count: 64)
                try send.withUnsafeBufferPointer { send in
                    let operation = try group.exchange(
                        #require(send.baseAddress), counts: outgoing.map { Int32($0.count) },
                        into: receive, counts: incoming.map { Int32($0) }, among: level)
                    try group.wait(for: operation, during: "a test")
                }
            }
            #expect(receive[incoming.reduce(0, +)] == -1)
            return (0..<incoming.reduce(0, +)).map { receive[$0] }
        }
        for rank in 0..<ranks {
            let members = try withThreadRanks(ranks, machines: machines) {
                $0.members(of: level)
            }[rank]
            #expect(received[rank] == members.flatMap { Self.piece(from: $0, to: rank) })
        }
    }

    @Test(arguments: [1, 2, 3, 4], [RankLevel.all, .machine, .sameSeat])
    func `a gathering gives all ranks the pieces of all`(ranks: Int, level: RankLevel) throws {
        let machines = ranks == 4 ? ["a", "a", "b", "b"] : nil
        let results = try withThreadRanks(ranks, machines: machines) { group in
            let members = group.members(of: level)
            let counts = members.map { Int32($0 % 3 * 100) }
            let pieces = zip(members, counts).map { Array(repeating: Float($0), count: Int($1)) }
            let mine = try #require(members.firstIndex(of: group.rank))
            var all = pieces.enumerated().flatMap { index, piece in
                index == mine ? piece : piece.map { _ in -1 }
            }
            all.append(-1)
            try all.withUnsafeMutableBufferPointer { all in
                let operation = try group.gather(
                    #require(all.baseAddress), counts: counts, among: level)
                try group.wait(for: operation, during: "a test")
            }
            return all == pieces.flatMap(\.self) + [-1]
        }
        #expect(results == Array(repeating: true, count: ranks))
    }
}
