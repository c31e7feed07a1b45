import Foundation
import TestSupport
import Testing

/// A part of what `scripts/faults` does at length: the programs under failing system calls.
@Suite struct FaultTests {
    @Test func `a call that fails is an error or is made good, never other output`() throws {
        let script = Repository.root.appending(path: "scripts/faults/calls.py").path
        let programs = URL(filePath: Program.mmbert.path).deletingLastPathComponent().path
        let tools = "command -v python3 && (command -v cc || command -v gcc || command -v clang)"
        guard try RunningProgram("/bin/sh", ["-c", tools], in: nil).wait().exitCode == 0 else {
            print("Skipped: failing system calls, which need python3 and a C compiler.")
            return
        }
        let ending = try RunningProgram(
            "/usr/bin/env",
            ["python3", script, "--programs", programs, "--count", "48", "--seed", "3"], in: nil
        ).wait()
        #expect(ending.exitCode == 0, "\(ending.output)\(ending.messages)")
        #expect(ending.output.contains("48 runs with a fault: nothing wrong"))
    }
}
