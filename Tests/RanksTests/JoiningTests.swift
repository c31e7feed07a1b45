import Diagnostics
import Ranks
import TestSupport
import Testing

@Suite struct JoiningTests {
    private static let launched = ["PMI_SIZE": "4", "PMI_RANK": "0"]

    /// A library of C that is no adapter of MPI, or one that plays another part.
    private static func library(_ source: String, in folder: TemporaryFolder) throws -> String {
        let text = try folder.write(source, to: "library.c")
        let path = folder.path("library.so")
        let headers = Repository.root.appending(path: "Sources/CMPI/include").path
        let made = try Command("cc", ["-shared", "-fPIC", "-I\(headers)", text, "-o", path])
        try #require(made.exitCode == 0, "\(made.output)")
        return path
    }

    private func error(
        _ environment: [String: String], folder: String? = nil
    ) throws -> InputError? {
        #expect(throws: InputError.self) {
            try RankGroup.join(environment: environment, folder: folder)
        }
    }

    @Test(arguments: [
        [:], ["MMBERT_MPI": "/nowhere.so"], ["PMI_SIZE": "1"],
        ["PMI_SIZE": "4", "MMBERT_MPI": "off"], ["SLURM_NTASKS": "4"],
    ])
    func `a process without others is alone and looks for no MPI`(
        environment: [String: String]
    ) throws {
        let group = try RankGroup.join(environment: environment, folder: "/nowhere")
        #expect(group.count == 1)
        #expect(group.engine == "")
    }

    @Test func `several processes need an adapter`() throws {
        let error = try error(Self.launched, folder: "/build")
        #expect(
            error?.description == """
                MPI: expected an adapter, since a launcher started 4 of this process (PMI_SIZE), \
                found none at /build/libmmbert-mpi.so. Run make mpi, or set MMBERT_MPI=off for 4 \
                separate runs.
                """)
    }

    @Test func `a file that is no library is an error`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("no library", to: "libmmbert-mpi.so")
        let error = try error(Self.launched, folder: folder.path)
        #expect(error?.location == path)
        #expect(error?.found == "\(path): file too short")
    }

    @Test func `a library that is no adapter is an error`() throws {
        let folder = try TemporaryFolder()
        let path = try Self.library("int other(void) { return 1; }", in: folder)
        let error = try error(Self.launched.merging(["MMBERT_MPI": path]) { $1 })
        #expect(error?.expected == "an adapter of MPI, which has the function mmbert_mpi")
        #expect(error?.found == "another library")
    }

    @Test func `an adapter of another version is an error`() throws {
        let folder = try TemporaryFolder()
        let path = try Self.library(
            "int table[] = {77}; void *mmbert_mpi(void) { return table; }", in: folder)
        let error = try error(Self.launched.merging(["MMBERT_MPI": path]) { $1 })
        #expect(error?.expected == "an adapter of version 1")
        #expect(error?.found == "version 77")
    }

    /// An adapter whose MPI does not know the launcher: every process is 0 of 1.
    private static func lonelyAdapter(library: String, starting result: Int = 0) -> String {
        """
        #include "cmpi.h"
        #include <stdio.h>
        static const int machines[1] = {0};
        static int start(CMPIPlace *place) {
            *place = (CMPIPlace){0, 1, 1, machines, "node"};
            return \(result);
        }
        static int finish(void) { return 0; }
        static const char *library(void) { return "\(library)"; }
        static void describe(int error, char *text, size_t capacity) {
            snprintf(text, capacity, "error %d of a test", error);
        }
        const CMPITable *mmbert_mpi(void) {
            static const CMPITable table = {
                CMPI_VERSION, start, finish, (void *)finish, library, describe, (void *)finish,
                (void *)finish, (void *)finish, (void *)finish, (void *)finish, (void *)finish};
            return &table;
        }
        """
    }

    @Test(arguments: [
        (
            ["OMPI_COMM_WORLD_SIZE": "4"], "MPICH Version:\\t4.0.2\\nMPICH Release date:\\t…",
            """
            MPI: expected 4 ranks, as OMPI_COMM_WORLD_SIZE says, found 1. The adapter was built \
            for MPICH 4.0.2, and Open MPI's mpirun started this process: make mpi \
            MPICC=mpicc.openmpi, or start it with the mpirun of MPICH 4.0.2.
            """
        ),
        (
            ["PMI_SIZE": "4"], "Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4",
            """
            MPI: expected 4 ranks, as PMI_SIZE says, found 1. The adapter was built for Open MPI \
            4.1.4, and another MPI started this process: make mpi MPICC=mpicc.mpich (MPICH) or \
            mpiicx (Intel MPI), or start it with Open MPI's mpirun.
            """
        ),
        (
            ["SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4"], "MPICH Version:\\t4.0.2",
            """
            MPI: expected 4 ranks, as SLURM_STEP_NUM_TASKS says, found 1. srun did not give the \
            processes what MPICH 4.0.2, for which the adapter was built, reads: use srun \
            --mpi=pmi2.
            """
        ),
    ])
    func `an adapter of another MPI than the launcher's is an error`(
        environment: [String: String], library: String, message: String
    ) throws {
        let folder = try TemporaryFolder()
        let path = try Self.library(Self.lonelyAdapter(library: library), in: folder)
        let error = try error(environment.merging(["MMBERT_MPI": path]) { $1 })
        #expect(error?.description == message)
    }

    @Test func `an error of MPI is told in its words`() throws {
        let folder = try TemporaryFolder()
        let path = try Self.library(
            Self.lonelyAdapter(library: "MPI", starting: 16), in: folder)
        let failure = #expect(throws: RankFailure.self) {
            try RankGroup.join(environment: Self.launched.merging(["MMBERT_MPI": path]) { $1 })
        }
        #expect(failure?.description == "MPI: error 16 of a test")
    }

    @Test(arguments: [
        ("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", "Open MPI 4.1.4"),
        ("MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr  7", "MPICH 4.0.2"),
        ("Intel(R) MPI Library 2021.10 for Linux* OS\n", "Intel MPI Library 2021.10"),
        ("MPI VERSION    : CRAY MPICH version 8.1.25.17 (ANL base 3.4a2)", "CRAY MPICH 8.1.25.17"),
        ("MVAPICH2 Version      :\t2.3.7\n", "MVAPICH2 2.3.7"),
        ("", "MPI"),
    ])
    func `an MPI has a short name`(text: String, name: String) {
        #expect(MPILibrary.name(of: text) == name)
    }
}
