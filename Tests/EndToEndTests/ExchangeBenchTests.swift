import Formats
import Foundation
import TestSupport
import Testing

@Suite("mmbert bench exchange")
struct ExchangeBenchTests {
    @Test("wants a launcher, a size or a number, and something to do")
    func mistakes() throws {
        let alone = try Program.mmbert.run(["bench", "exchange"])
        #expect(alone.exitCode == 2 && alone.output.isEmpty)
        #expect(
            alone.messages.contains(
                "Start it with mpirun or srun: mpirun -n 2 mmbert bench exchange."))
        for (arguments, message) in [
            (["--size", "tiny", "--parameters", "5"], "give one of them"),
            (["--parameters", "0"], "--parameters 0: give 1 or more"),
            (["--repeats", "0"], "--repeats 0: give 1 or more"),
            (["--size", "huge"], "huge"),
        ] {
            let ending = try Program.mmbert.run(["bench", "exchange"] + arguments)
            #expect(ending.exitCode != 0 && ending.output.isEmpty)
            #expect(ending.messages.contains(message), "\(ending.messages)")
        }
    }

    @Test(
        "prints rank 0's table, or one object that plan reads",
        .enabled(if: !Launcher.installed.isEmpty, Launcher.absence),
        arguments: Launcher.installed)
    func measures(launcher: Launcher) throws {
        let arguments = ["bench", "exchange", "--parameters", "1000000", "--repeats", "2"]
        let table = try launcher.start(2, .mmbert, arguments).wait()
        #expect(table.exitCode == 0, "\(table.messages)")
        #expect(table.output.contains("2 ranks on 1 machine by \(launcher.name)"))
        #expect(table.output.components(separatedBy: "gradients, added up").count == 2)
        let object = try launcher.start(2, .mmbert, arguments + ["--json"]).wait()
        #expect(object.exitCode == 0, "\(object.messages)")
        let numbers = try #require(
            JSONSerialization.jsonObject(with: Data(object.output.utf8)) as? [String: Any])
        for key in ["bytes_per_second", "latency_seconds"] {
            #expect(try #require(numbers[key] as? Double) > 0)
        }
        #expect(numbers["parameters"] as? Int == 1_000_000)
    }
}
