import Foundation
import Host
import Testing

@Suite("Signals that are ignored")
struct IgnoredSignalsTests {
    @Test("are the bits of the line in /proc")
    func mask() {
        let ignored = IgnoredSignals(mask: "8000000000001001")
        #expect((1...64).filter { ignored.contains($0) } == [SIGHUP, SIGPIPE, 64])
        #expect(!ignored.contains(0) && !ignored.contains(65) && !ignored.contains(-1))
        for mask in [nil, "", "no number"] {
            #expect((1...64).allSatisfy { !IgnoredSignals(mask: mask).contains($0) })
        }
    }

    @Test("of this process are read from there")
    func ofThisProcess() {
        signal(SIGURG, SIG_IGN)
        #expect(IgnoredSignals().contains(SIGURG))
        signal(SIGURG, SIG_DFL)
        #expect(!IgnoredSignals().contains(SIGURG))
    }
}
