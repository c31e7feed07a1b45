import Preparation
import Testing

@Suite struct ChunkerTests {
    @Test func `the published sizes hold where the context allows them`() {
        let published = Chunker(context: 8192)
        #expect((published.minimum, published.shortest) == (512, 32))
        #expect(Chunker(context: 1024).minimum == 511)
        #expect((Chunker(context: 16).minimum, Chunker(context: 16).shortest) == (7, 3))
    }

    @Test func `short documents stay whole`() {
        let chunker = Chunker(context: 1024)
        #expect(chunker.pieceLengths(of: 0) { _ in 0 } == [])
        for count in [1, 31, 511, 1021, 1022] {
            #expect(chunker.pieceLengths(of: count) { _ in 0 } == [count])
        }
    }

    @Test func `a last piece is dropped, filled up or kept by its length`() {
        let chunker = Chunker(context: 1024)
        #expect(chunker.pieceLengths(of: 1022 + 31) { _ in 0 } == [1022])
        #expect(chunker.pieceLengths(of: 2044) { _ in 0 } == [1022, 1022])
        #expect(chunker.pieceLengths(of: 1022 + 511) { _ in 0 } == [1022, 511])
        // 100 ids need at least 411 more, and the piece before can spare 511.
        let fewest = chunker.pieceLengths(of: 1122) { choices in
            #expect(choices == 101)
            return 0
        }
        #expect(fewest == [611, 511])
        #expect(chunker.pieceLengths(of: 1122) { $0 - 1 } == [511, 611])
    }

    @Test(arguments: [16, 17, 64, 128, 1024, 8192])
    func `pieces are within bounds and lose at most a short tail`(context: Int) {
        let chunker = Chunker(context: context)
        for count in 1...min(3 * context, 4000) {
            for end in [0, 1] {
                let lengths = chunker.pieceLengths(of: count) { end == 0 ? 0 : $0 - 1 }
                #expect(lengths.allSatisfy { $0 <= context - 2 })
                if lengths.count > 1 { #expect(lengths.allSatisfy { $0 >= chunker.minimum }) }
                let lost = count - lengths.reduce(0, +)
                #expect(0..<max(1, chunker.shortest) ~= lost)
            }
        }
    }
}
