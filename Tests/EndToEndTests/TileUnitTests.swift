import Host
import TestSupport
import Testing

@Suite("CTiles")
struct TileUnitTests {
    @Test(
        "computes by tile instructions what its emulation computes",
        .enabled(
            if: ProcessorName.current.instructionSets.contains("avx512_bf16"),
            "this processor lacks AVX-512 with bf16"))
    func products() throws {
        let script = Repository.root.appending(path: "scripts/test-tiles.sh").path
        let ending = try RunningProgram("/bin/sh", [script], in: nil).wait()
        try #require(ending.exitCode == 0, "\(ending.output)\(ending.messages)")
        let lines = ending.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.hasPrefix("704 products by ") }, "\(ending.output)")
    }
}
