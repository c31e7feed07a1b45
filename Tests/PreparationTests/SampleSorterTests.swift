import Formats
import Preparation
import TestSupport
import Testing

@Suite struct SampleSorterTests {
    private func sorted(limit: Int, _ count: Int) throws -> [(SampleOrigin, [Int32])] {
        let folder = try TemporaryFolder()
        var sorter = SampleSorter(folder: folder.path("runs"), tokenLimit: limit)
        for index in 0..<UInt64(count) {
            let key = (index &* 0x9e37_79b9_7f4a_7c15) >> 2
            let content = (0..<Int32(index % 9)).map { $0 + Int32(index) }
            try sorter.add(
                SampleOrigin(key: key, document: index + 1 << 40, piece: UInt32(index % 3)),
                content[...], begin: 2, end: 1)
        }
        var samples: [(SampleOrigin, [Int32])] = []
        try sorter.drain { samples.append(($0, $1)) }
        #expect(sorter.isEmpty)
        #expect(try Folder.contents(of: folder.path).isEmpty)
        return samples
    }

    @Test func `samples come in the order of their keys`() throws {
        let samples = try sorted(limit: 1 << 20, 257)
        #expect(samples.count == 257)
        #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.0 < $1.0 })
        #expect(samples.allSatisfy { $0.1.first == 2 && $0.1.last == 1 })
    }

    @Test(arguments: [0, 1, 9, 100, 1000])
    func `what is set aside on disk changes nothing`(limit: Int) throws {
        let expected = try sorted(limit: 1 << 20, 257)
        let found = try sorted(limit: limit, 257)
        #expect(found.map(\.0) == expected.map(\.0))
        #expect(found.map(\.1) == expected.map(\.1))
    }

    @Test func `nothing gives nothing`() throws {
        #expect(try sorted(limit: 1, 0).isEmpty)
    }
}
