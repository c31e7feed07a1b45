import Foundation
import TestSupport
import Testing

/// Several machines, and a batch system, on this one: `scripts/cluster` makes them, as root.
@Suite("mmbert-train on a cluster", .serialized)
struct ClusterTests {
    @Test(
        "ends with the same bytes under srun", .timeLimit(.minutes(5)),
        .enabled(if: Cluster.hasSlurm, "Slurm does not start here"), arguments: Launcher.installed)
    func slurm(launcher: Launcher) throws {
        let reference = try RankedRun.reference()
        let run = try RankedRun(folder: TemporaryFolder())
        let folder = ProcessFolder.path("slurm")
        let mpi = launcher.name == "MPICH" ? "pmi2" : "pmix"
        let script = Cluster.script("slurm.sh")
        let ending = try Cluster.run(
            """
            eval "$(sh \(script) start \(folder))" || exit 99
            srun --mpi=\(mpi) -n 3 "$0" "$@"
            code=$?
            sh \(script) stop \(folder)
            exit $code
            """, run, launcher)
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.messages.contains("3 ranks on 1 machine by \(launcher.name)"))
        try run.run.expectEqual(to: reference.run)
    }

    @Test(
        "ends with the same bytes on two machines of two ranks", .timeLimit(.minutes(5)),
        .enabled(if: Cluster.hasNamespaces, "no machines of network namespaces here"),
        arguments: Launcher.installed)
    func machines(launcher: Launcher) throws {
        let reference = try RankedRun.reference()
        let run = try RankedRun(folder: TemporaryFolder())
        let name = launcher.name == "MPICH" ? "mpich" : "openmpi"
        let ending = try Cluster.run(
            "MACHINES=2 RANKS=2 sh \(Cluster.script("namespaces.sh")) \(name) \"$0\" \"$@\"",
            run, launcher)
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.messages.contains("4 ranks on 2 machines"), "\(ending.messages)")
        try run.run.expectEqual(to: reference.run)
    }
}

/// What `scripts/cluster` needs.
private enum Cluster {
    /// Whether Slurm starts here and runs something.
    static let hasSlurm = succeeds(
        """
        [ $(id -u) = 0 ] && PATH=$PATH:/usr/sbin && command -v slurmd && command -v munged || exit 1
        eval "$(sh \(script("slurm.sh")) start \(ProcessFolder.path("slurm")))" || exit 1
        timeout 20 srun -n 1 true
        code=$?
        sh \(script("slurm.sh")) stop \(ProcessFolder.path("slurm"))
        exit $code
        """)
    /// Whether two machines can be made of this one, and an MPI starts something on both.
    static let hasNamespaces =
        !Launcher.installed.isEmpty
        && succeeds(
            """
            [ $(id -u) = 0 ] && command -v ip || exit 1
            export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
            timeout 20 sh \(script("namespaces.sh")) \
            \(Launcher.installed[0].name == "MPICH" ? "mpich" : "openmpi") true
            """)

    static func script(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../scripts/cluster/\(name)").standardized.path
    }

    /// Runs `command`, a script of a shell, with the trainer's command line as its arguments.
    static func run(
        _ command: String, _ run: RankedRun, _ launcher: Launcher
    ) throws -> RunningProgram.Ending {
        try launcher.start(
            ["/bin/sh", "-c", command, Program.trainer.path]
                + ["--recipe", run.run.data.recipe, "--run", run.run.folder, "--threads", "1"]
        ).wait()
    }

    private static func succeeds(_ command: String) -> Bool {
        (try? RunningProgram("/bin/sh", ["-c", command], in: nil).wait())?.exitCode == 0
    }
}
