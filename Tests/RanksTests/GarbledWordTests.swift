import Ranks
import Testing

@Suite struct GarbledWordTests {
    /// Rank 0 of 2, to which rank 1 sends the same bytes whatever it is asked for.
    private final class GarbledTransport: RankTransport {
        let rank = 0
        let count = 2
        let machines = ["node017", "node018"]
        let engine = "nothing"
        let word: [UInt8]

        init(word: [UInt8]) { self.word = word }

        func exchange(
            _ send: UnsafePointer<Float>, counts sendCounts: [Int32],
            into receive: UnsafeMutablePointer<Float>, counts receiveCounts: [Int32],
            among level: RankLevel
        ) -> Int32 { 0 }

        func gather(
            _ all: UnsafeMutablePointer<Float>, counts: [Int32], among level: RankLevel
        ) -> Int32 { 0 }

        func broadcast(_ bytes: UnsafeMutableRawPointer, count: Int, from root: Int) -> Int32 { 0 }

        func send(_ bytes: UnsafeRawPointer, count: Int, to: Int, tag: Int32) -> Int32 { 0 }

        func receive(
            _ bytes: UnsafeMutableRawPointer, count: Int, from: Int, tag: Int32
        ) -> Int32 {
            bytes.initializeMemory(as: UInt8.self, repeating: 0, count: count)
            bytes.copyMemory(from: word, byteCount: min(count, word.count))
            return 0
        }

        func test(_ operation: Int32) throws -> Bool {
            guard word.isEmpty else { return true }
            throw RankFailure("MPI: message truncated")
        }

        func finish() {}
        func abort(code: Int32) {}
    }

    private static let mark = Array("mmbw".utf8)

    @Test(arguments: [
        [0], mark, Array("mmbW".utf8) + [0, 0, 0, 0, 1],
        // Word number 1, where number 0 comes.
        mark + [1, 0, 0, 0, 1],
        // A length beyond all memory.
        mark + [0, 0, 0, 0] + Array(repeating: 0xff, count: 8),
    ])
    func `what is no word ends the run, naming its sender`(word: [UInt8]) {
        let failure = #expect(throws: RankFailure.self) {
            // A mark alone is the header of an empty word, number 0: the second is what differs.
            let group = RankGroup(GarbledTransport(word: word))
            _ = try group.answers(during: "step 1")
            _ = try group.answers(during: "step 2")
        }
        let number = word == Self.mark ? 1 : 0
        #expect(
            failure?.description
                == "rank 1 (node018) sends something else than its word number \(number)")
    }

    @Test func `an error of the transport says whom it was waiting for`() {
        let failure = #expect(throws: RankFailure.self) {
            try RankGroup(GarbledTransport(word: [])).answers(during: "step 812")
        }
        #expect(
            failure?.description
                == "MPI: message truncated while waiting for rank 1 (node018) in step 812")
    }
}
