import Ranks
import TensorCore
import TestSupport
import Testing

@Suite struct WordTests {
    private static func word(_ length: Int, of rank: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ rank) }
    }

    @Test(arguments: [1, 2, 3, 5], [0, 1, 15, 16, 17, 1 << 20])
    func `what rank 0 tells all hear, and all answers come by rank`(ranks: Int, length: Int) throws
    {
        let heard = try withThreadRanks(ranks) { group in
            for round in 0..<3 {
                guard group.isFirst else {
                    #expect(try group.hear() == Self.word(length, of: round))
                    try group.answer(Self.word(length + group.rank, of: group.rank))
                    continue
                }
                try group.tell(Self.word(length, of: round))
                let answers = try group.answers(during: "round \(round)")
                let expected = (0..<ranks).map { rank in
                    rank == 0 ? [] : Self.word(length + rank, of: rank)
                }
                #expect(answers == expected)
            }
            try group.finish()
            return group.rank
        }
        #expect(heard == Array(0..<ranks))
    }

    @Test func `a rank alone tells nobody and gets no answers`() throws {
        let group = RankGroup.alone()
        try group.tell([1, 2, 3])
        #expect(try group.answers(during: "a step") == [[]])
        try group.broadcast(Matrix(rows: 2, columns: 3))
        try group.finish()
        group.abort(code: 1)
        #expect(group.isFirst && group.count == 1)
    }

    @Test(arguments: [0, 1, 257, 1 << 20])
    func `rank 0's matrix comes to all`(columns: Int) throws {
        let elements = (0..<3 * columns).map { Float($0) }
        let received = try withThreadRanks(3) { group in
            let matrix = Matrix<Float>(rows: 3, columns: columns)
            if group.isFirst {
                matrix.copy(from: Matrix(rows: 3, columns: columns, elements: elements))
            }
            try group.broadcast(matrix)
            return matrix.elements
        }
        #expect(received == Array(repeating: elements, count: 3))
    }

    @Test func `ranks have names and machines`() throws {
        let machines = ["node017", "node017", "node018", "node018"]
        let members = try withThreadRanks(4, machines: machines) { group in
            [RankLevel.all, .machine, .sameSeat].map(group.members(of:)) + [[group.rank]]
        }
        #expect(members[0] == [[0, 1, 2, 3], [0, 1], [0, 2], [0]])
        #expect(members[3] == [[0, 1, 2, 3], [2, 3], [1, 3], [3]])
        let names = try withThreadRanks(4, machines: machines) { $0.name(of: 3) }
        #expect(names[0] == "rank 3 (node018)")
    }
}
