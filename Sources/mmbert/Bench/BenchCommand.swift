import ArgumentParser

/// `mmbert bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast this machine trains and encodes, and what holds it back.",
        discussion: """
            Each command measures, in the same run, what this machine can do at most, and prints \
            what mmbert reaches of it. To know:

            how many tokens a second a model of some size trains at, and in how much memory:
              mmbert bench step --size small --context 512 --sequences 8
            whether reading keeps up with training (it should be many times as fast):
              mmbert bench loader shards/manifest.yaml
            which part of a step is slow on this processor:
              mmbert bench kernels --size small
            how fast encoders make vectors, of this family and of older ones:
              mmbert bench encode mmbert-small xlm-r-base minilm
            how fast ranks on several machines exchange gradients:
              mpirun -n 4 mmbert bench exchange

            How long a recipe takes is another question: mmbert plan answers it. Nothing but a \
            cache of remote shards is written. Let nothing else run meanwhile; rows of one run can \
            be compared, rows of two runs only by their shares.
            """,
        subcommands: [
            KernelBenchCommand.self, StepBenchCommand.self, EncodeBenchCommand.self,
            LoaderBenchCommand.self, ExchangeBenchCommand.self,
        ])
}
