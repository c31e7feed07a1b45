import TestSupport
import Testing

@Suite("COneDNN")
struct OneDNNTests {
    /// `sh scripts/test-onednn.sh 3` does the same with a version 3.
    @Test("multiplies as sums in double precision do, under the system's oneDNN")
    func products() throws {
        let script = Repository.root.appending(path: "scripts/test-onednn.sh").path
        let ending = try RunningProgram("/bin/sh", [script], in: nil).wait()
        try #require(ending.exitCode == 0, "\(ending.messages)")
        let lines = ending.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.hasPrefix("oneDNN ") }, "\(ending.output)")
    }
}
