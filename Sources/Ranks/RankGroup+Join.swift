import Diagnostics
import Foundation

extension RankGroup {
    /// The group that a launcher started: by MPI where it started several of this process, else
    /// this rank alone.
    ///
    /// `MMBERT_MPI=off` in the environment keeps a process alone; another value is the path of an
    /// adapter to use instead of `libmmbert-mpi.so` beside the program.
    ///
    /// - Parameters:
    ///   - environment: the environment's variables.
    ///   - folder: where the adapter is; the program's without.
    ///   - patience: how long a rank waits for another before it gives up.
    /// - Throws: `InputError` where there is no adapter, or one of another MPI than the launcher's;
    ///   it is thrown in all processes, of which `Launch.rank` 0 should print it: the others come
    ///   back 2 s later, as the end of one ends all. `RankFailure` where MPI reports an error.
    package static func join(
        environment: [String: String], folder: String? = nil, patience: Duration = .seconds(1800)
    ) throws -> RankGroup {
        let named = environment["MMBERT_MPI"].flatMap { $0.isEmpty ? nil : $0 }
        guard named != "off", let launch = Launch(environment: environment) else { return .alone() }
        guard launch.count > 1 else {
            let group = RankGroup.alone()
            group.cards = [.current(environment: environment)]
            return group
        }
        do {
            let path = named ?? "\(folder ?? programFolder)/libmmbert-mpi.so"
            let library = try MPILibrary(path: path, launch: launch)
            let transport = try MPITransport(library)
            guard transport.count == launch.count else {
                let found = transport.count
                if found == 1 { try transport.finish() }
                throw launch.error(ranks: found, adapter: library.name)
            }
            let group = RankGroup(transport, patience: patience)
            try group.exchangeCards(.current(environment: environment))
            return group
        } catch let error as InputError {
            if launch.rank != 0 { sleep(2) }
            throw error
        }
    }

    private static var programFolder: String {
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return ((program ?? CommandLine.arguments.first ?? "") as NSString)
            .deletingLastPathComponent
    }

    /// Tells all ranks what each says about itself, and finds the processes that this one sees.
    package func exchangeCards(_ card: RankCard) throws {
        if isFirst {
            var words = try answers(during: "joining the run").map { Data($0) }
            words[0] = try JSONEncoder().encode(card)
            cards = try words.map { try JSONDecoder().decode(RankCard.self, from: $0) }
            try tell(Array(JSONEncoder().encode(cards)))
        } else {
            try answer(Array(JSONEncoder().encode(card)))
            cards = try JSONDecoder().decode([RankCard].self, from: Data(hear()))
        }
        neighbours = cards.enumerated().compactMap { other, told in
            guard other != rank, !told.scope.isEmpty, told.scope == card.scope,
                let process = told.process, process.state != .gone, process != card.process
            else { return nil }
            return Neighbour(rank: other, process: process)
        }
    }
}

extension Launch {
    /// The launcher started `count` processes, and `found` ranks see each other by an adapter of
    /// another MPI, or by one that the launcher does not know.
    func error(ranks found: Int, adapter: String) -> InputError {
        let isOpenMPI = adapter.hasPrefix("Open MPI")
        let remedy =
            switch launcher {
            case .openMPI where !isOpenMPI:
                """
                The adapter was built for \(adapter), and Open MPI's mpirun started this process: \
                make mpi MPICC=mpicc.openmpi, or start it with the mpirun of \(adapter).
                """
            case .pmi where isOpenMPI:
                """
                The adapter was built for \(adapter), and another MPI started this process: make \
                mpi MPICC=mpicc.mpich (MPICH) or mpiicx (Intel MPI), or start it with Open MPI's \
                mpirun.
                """
            case .slurm:
                """
                srun did not give the processes what \(adapter), for which the adapter was built, \
                reads: use srun --mpi=\(isOpenMPI ? "pmix" : "pmi2").
                """
            default:
                """
                The adapter was built for \(adapter), and another MPI started this process: make \
                mpi with the mpicc that belongs to the mpirun.
                """
            }
        return InputError(
            at: "MPI", expected: "\(count) ranks, as \(variable) says", found: "\(found)",
            remedy: remedy)
    }
}
