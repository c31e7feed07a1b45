import Foundation
import TestSupport
import Testing

@Suite struct AdapterTests {
    /// An MPI's compiler wrapper and launcher.
    struct MPI: CustomTestStringConvertible {
        let testDescription: String
        let compiler: String
        let launcher: [String]

        var exists: Bool { Command.exists(compiler) && Command.exists(launcher[0]) }

        static let all = [
            MPI(
                testDescription: "Open MPI", compiler: "mpicc.openmpi",
                launcher: ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none"]),
            MPI(testDescription: "MPICH", compiler: "mpicc.mpich", launcher: ["mpirun.mpich"]),
        ]
        static let present = all.filter(\.exists)
        static let absence =
            "needs Open MPI or MPICH with their mpicc; scripts/install-test-tools.sh installs them"
    }

    @Test(
        .enabled(if: !MPI.present.isEmpty, "\(MPI.absence)"), arguments: MPI.present, [1, 2, 4])
    func `the adapter moves what the table says`(mpi: MPI, ranks: Int) throws {
        let folder = try TemporaryFolder()
        let sources = Repository.root.appending(path: "Sources/CMPI").path
        let trial = folder.path("adapter-trial")
        let compiled = try Command(
            "cc",
            [
                "-std=gnu11", "-Wall", "-Werror", "-I\(sources)/include", "\(sources)/cmpi.c",
                Fixtures.path("Ranks/adapter-trial.c"), "-ldl", "-o", trial,
            ])
        try #require(compiled.exitCode == 0, "\(compiled.output)")
        let made = try Command(
            "env",
            [
                "BIN=\(folder.path("programs"))", "sh",
                Repository.root.appending(path: "scripts/build-mpi.sh").path, mpi.compiler,
            ])
        try #require(made.exitCode == 0, "\(made.output)")
        let ran = try Command(
            mpi.launcher[0],
            mpi.launcher.dropFirst() + [
                "-n", "\(ranks)", trial, folder.path("programs/libmmbert-mpi.so"),
            ])
        #expect(ran.exitCode == 0, "\(ran.output)")
        #expect(ran.output.contains("\(ranks) ranks on 1 machine\n"), "\(ran.output)")
    }

    @Test(.enabled(if: !MPI.present.isEmpty, "\(MPI.absence)"), arguments: MPI.present)
    func `the adapter compiles without warnings and has one symbol`(mpi: MPI) throws {
        let folder = try TemporaryFolder()
        let sources = Repository.root.appending(path: "Sources/CMPI").path
        let compiled = try Command(
            mpi.compiler,
            [
                "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC",
                "-I\(sources)/include", "\(sources)/adapter/adapter.c", "-o",
                folder.path("adapter.so"),
            ])
        #expect(compiled.exitCode == 0, "\(compiled.output)")
        let symbols = try Command("nm", ["-D", "--defined-only", folder.path("adapter.so")])
        #expect(symbols.output.split(separator: "\n").map { $0.suffix(10) } == ["mmbert_mpi"])
    }

    @Test func `without a compiler wrapper make mpi says what to do`() throws {
        let folder = try TemporaryFolder()
        let made = try Command(
            "env",
            [
                "BIN=\(folder.path)", "sh",
                Repository.root.appending(path: "scripts/build-mpi.sh").path, "mpicc-of-nobody",
            ])
        #expect(made.exitCode == 2)
        #expect(
            made.output.hasPrefix("error: mpicc-of-nobody: expected the compiler wrapper of an MPI")
        )
    }
}
