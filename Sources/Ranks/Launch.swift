/// What a launcher, such as mpirun or srun, left in the environment: how many of this process it
/// started.
package struct Launch: Equatable, Sendable {
    /// Whose variables they are.
    package enum Launcher: Equatable, Sendable {
        /// Open MPI's mpirun.
        case openMPI
        /// MPICH, Intel MPI, MVAPICH, Flux, and srun with PMI-2.
        case pmi
        /// srun with PMIx or without any.
        case slurm
    }

    /// Who started the processes.
    package let launcher: Launcher
    /// The variable that says how many: `PMI_SIZE`.
    package let variable: String
    /// How many there are.
    package let count: Int
    /// Which of them this one is, from 0; 0 where it is not told.
    package let rank: Int

    /// The launch that `environment` tells of; nil where no launcher was there.
    ///
    /// The order matters: under Slurm MPICH's mpirun sets `PMI_SIZE=4` and
    /// `SLURM_STEP_NUM_TASKS=1`. `SLURM_NTASKS` and `SLURM_PROCID` tell nothing, as they are also
    /// set in a batch script that runs the program without srun.
    package init?(environment: [String: String]) {
        func number(_ variable: String) -> Int? { environment[variable].flatMap { Int($0) } }
        func launch(_ launcher: Launcher, _ size: String, _ rank: String) -> Launch? {
            number(size).map {
                Launch(launcher: launcher, variable: size, count: $0, rank: number(rank) ?? 0)
            }
        }
        let bySlurm =
            environment["SLURM_STEP_ID"] == nil
            ? nil : launch(.slurm, "SLURM_STEP_NUM_TASKS", "SLURM_PROCID")
        let found =
            launch(.openMPI, "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK")
            ?? launch(.pmi, "PMI_SIZE", "PMI_RANK") ?? bySlurm
        guard let found, found.count > 0 else { return nil }
        self = found
    }

    init(launcher: Launcher, variable: String, count: Int, rank: Int) {
        self.launcher = launcher
        self.variable = variable
        self.count = count
        self.rank = rank
    }
}
