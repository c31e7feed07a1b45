import Preparation
import Testing

@Suite struct HeldOutTests {
    /// The numbers of the documents held out of `keys.count`; each document is decided once.
    private func heldOut(_ rule: HeldOut, _ keys: [Double]) -> [Int] {
        var selection = HeldOutSelection<Int>(rule)
        var decided: [(document: Int, place: HeldOutSelection<Int>.Place)] = []
        for (document, key) in keys.enumerated() {
            decided += selection.offer(document, key: key)
        }
        decided += selection.finish()
        #expect(decided.map(\.document).sorted() == Array(keys.indices))
        return decided.filter { $0.place == .heldOut }.map(\.document).sorted()
    }

    private func keys(_ count: Int) -> [Double] {
        (0..<count).map { (Double($0) * 0.618_033_988_749).truncatingRemainder(dividingBy: 1) }
    }

    @Test func `a share holds out the documents with keys below it`() {
        let keys = keys(20_000)
        #expect(heldOut(.share(0.01), keys) == keys.indices.filter { keys[$0] < 0.01 })
        #expect(heldOut(.share(0.25), keys).count == 5000)
        #expect(heldOut(.share(0), keys) == [])
    }

    @Test func `a count holds out the documents with the smallest keys`() {
        let keys = keys(1000)
        let smallest = keys.indices.sorted { keys[$0] < keys[$1] }.prefix(100).sorted()
        #expect(heldOut(.documents(100), keys) == smallest)
    }

    @Test func `small languages give at most a quarter and at least one of four`() {
        for rule in [HeldOut.share(0.01), .share(0.25), .documents(1), .documents(100)] {
            #expect(heldOut(rule, keys(3)).isEmpty)
            #expect(heldOut(rule, keys(4)).count == 1)
            #expect(1...5 ~= heldOut(rule, keys(20)).count)
        }
    }

    @Test func `shares and counts are read as people write them`() {
        #expect(HeldOut("0.01") == .share(0.01))
        #expect(HeldOut("0") == .share(0))
        #expect(HeldOut("1") == .documents(1))
        #expect(HeldOut("200") == .documents(200))
        for text in ["0.5", "-1", "many", "", "1.5"] { #expect(HeldOut(text) == nil) }
    }
}
