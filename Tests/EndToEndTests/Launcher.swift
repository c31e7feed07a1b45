import Formats
import Foundation
import Testing

/// An MPI that is installed here: its `mpirun`, and our adapter compiled by its `mpicc`.
struct Launcher: CustomTestStringConvertible, Sendable {
    /// What its adapter says it is: `Open MPI`.
    let name: String
    private let suffix: String
    /// What starts `ranks` ranks on one machine, however few cores it has.
    private let options: [String]

    static let openMPI = Launcher(
        name: "Open MPI", suffix: "openmpi", options: ["--oversubscribe", "--bind-to", "none"])
    static let mpich = Launcher(name: "MPICH", suffix: "mpich", options: [])

    /// Those that are there.
    static let installed = [openMPI, mpich].filter {
        FileManager.default.isExecutableFile(atPath: $0.mpirun)
            && FileManager.default.isExecutableFile(atPath: $0.mpicc)
    }

    /// Why a test does not run.
    static let absence: Comment = "no MPI here: scripts/install-test-tools.sh installs two"

    var testDescription: String { name }

    private var mpirun: String { "/usr/bin/mpirun.\(suffix)" }
    private var mpicc: String { "/usr/bin/mpicc.\(suffix)" }

    /// The adapter, compiled once.
    func adapter() throws -> String { try Self.adapters[suffix]?.get() ?? "" }

    private static let adapters = Dictionary(
        uniqueKeysWithValues: installed.map { launcher in
            (launcher.suffix, Result { try launcher.makeAdapter() })
        })

    private func makeAdapter() throws -> String {
        let folder = ProcessFolder.path("mpi-\(suffix)")
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../scripts/build-mpi.sh").standardized.path
        let ending = try RunningProgram(
            "/usr/bin/env", ["BIN=\(folder)", "sh", script, mpicc], in: nil
        ).wait()
        try #require(ending.exitCode == 0, "\(ending.messages)")
        return Folder.join(folder, "libmmbert-mpi.so")
    }

    /// Starts `program` on `count` ranks; `environment` are assignments of a shell.
    func start(
        _ count: Int, _ program: Program, _ arguments: [String], environment: [String] = []
    ) throws -> RunningProgram {
        try start(
            [mpirun] + options + ["-n", "\(count)", program.path] + arguments,
            environment: environment)
    }

    /// Starts `command` with what this MPI finds in its environment.
    func start(_ command: [String], environment: [String] = []) throws -> RunningProgram {
        let assignments = [
            "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
            "MMBERT_MPI=\(try adapter())",
        ]
        // Threads of a test's process block signals, and what they start inherits it.
        let unblocking = "use POSIX; sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); exec @ARGV"
        return try RunningProgram(
            "/usr/bin/env",
            assignments + environment + ["perl", "-e", unblocking] + command, in: nil)
    }
}
