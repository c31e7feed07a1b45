import Foundation
import TestSupport
import Testing

/// The programs on changed files of all formats: `scripts/faults/mutate.py` does more of them.
@Suite("Changed files")
struct MutatedFilesTests {
    @Test(
        "are read or refused: no crash, no hang, no memory beyond 1 GiB",
        .enabled(if: python != nil, "needs python3"))
    func mutations() throws {
        let folder = try TemporaryFolder()
        let programs = URL(filePath: Program.mmbert.path).deletingLastPathComponent().path
        let ending = try RunningProgram(
            try #require(Self.python),
            [
                "-B", Self.script, "--programs", programs, "--folder", folder.path("mutations"),
                "--count", "\(6 * Mutations.count)", "--seed", "make test",
            ], in: folder.path
        ).wait()
        #expect(ending.exitCode == 0, "\(ending.output)\n\(ending.messages)")
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "scripts/faults/mutate.py").path
    private static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}
