import Ranks
import Testing

@Suite struct LaunchTests {
    /// A launcher's variables, and which launch they tell of.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let environment: [String: String]
        let variable: String
        let count: Int
        let rank: Int
    }

    private static let cases = [
        Case(
            testDescription: "Open MPI's mpirun",
            environment: [
                "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "PMIX_RANK": "3",
                "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
            ],
            variable: "OMPI_COMM_WORLD_SIZE", count: 4, rank: 3),
        Case(
            testDescription: "MPICH's mpirun",
            environment: ["PMI_SIZE": "8", "PMI_RANK": "5", "PMI_FD": "9", "MPI_LOCALNRANKS": "8"],
            variable: "PMI_SIZE", count: 8, rank: 5),
        Case(
            testDescription: "MPICH's mpirun in a job of Slurm",
            environment: [
                "PMI_SIZE": "4", "PMI_RANK": "1", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "1",
                "SLURM_PROCID": "0",
            ],
            variable: "PMI_SIZE", count: 4, rank: 1),
        Case(
            testDescription: "Intel MPI's mpirun",
            environment: ["PMI_SIZE": "2", "PMI_RANK": "1", "I_MPI_INFO_NUMA_NODE_NUM": "2"],
            variable: "PMI_SIZE", count: 2, rank: 1),
        Case(
            testDescription: "Flux",
            environment: ["FLUX_TASK_RANK": "2", "PMI_SIZE": "3", "PMI_RANK": "2"],
            variable: "PMI_SIZE", count: 3, rank: 2),
        Case(
            testDescription: "srun with PMI-2",
            environment: [
                "PMI_SIZE": "4", "PMI_RANK": "2", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4",
                "SLURM_PROCID": "2",
            ],
            variable: "PMI_SIZE", count: 4, rank: 2),
        Case(
            testDescription: "srun with PMIx",
            environment: [
                "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "3",
                "SLURM_NTASKS": "4", "PMIX_RANK": "3",
            ],
            variable: "SLURM_STEP_NUM_TASKS", count: 4, rank: 3),
        Case(
            testDescription: "mpirun -n 1",
            environment: ["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"],
            variable: "OMPI_COMM_WORLD_SIZE", count: 1, rank: 0),
    ]

    @Test(arguments: cases)
    func `a launcher tells how many it started, and which one this is`(launched: Case) throws {
        let launch = try #require(Launch(environment: launched.environment))
        #expect(launch.variable == launched.variable)
        #expect(launch.count == launched.count)
        #expect(launch.rank == launched.rank)
    }

    @Test(arguments: [
        [:],
        // A batch script that runs the program without srun.
        ["SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_JOB_ID": "7", "SLURM_NNODES": "2"],
        ["SLURM_STEP_NUM_TASKS": "4"],
        ["PMI_SIZE": "many"], ["PMI_SIZE": ""], ["PMI_SIZE": "-1"], ["PMI_SIZE": "0"],
    ])
    func `what no launcher sets tells of none`(environment: [String: String]) {
        #expect(Launch(environment: environment) == nil)
    }
}
