import ArgumentParser
import Diagnostics
import Formats
import Foundation
import Host
import Reporting

extension ParsableCommand {
    /// Parses the command line, runs the command and exits with the code for its outcome: 0 for
    /// done; 2 where the user's input (usage, recipe, data) is wrong, after a message on standard
    /// error; 1 for anything else. A reader of standard output that went away ends it in silence.
    ///
    /// It is not asynchronous, since the tools of concurrency open files before they call `main`,
    /// and those would be standard output where that is closed.
    ///
    /// - Parameter isSilent: whether what is wrong with the input is left to another process to say,
    ///   which has the same.
    public static func runAsProgram(isSilent: Bool = false) -> Never {
        StandardOutput.reserveStandardDescriptors()
        // Beyond a limit on the size of files, writing fails as on a full disk.
        signal(SIGXFSZ, SIG_IGN)
        // The work outlives who reads its messages; a closed standard output is still an error.
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let unknown = UnknownCommand(in: arguments, of: self) {
            leave(code: 2, message: isSilent ? nil : UsageMistake(unknown).description)
        }
        do {
            var command = try parseAsRoot()
            try checkEnvironment()
            try command.run()
            leave(code: 0)
        } catch let error as InputError {
            leave(code: 2, message: isSilent ? nil : "error: \(error)")
        } catch is StandardOutput.Closed {
            leave(code: 128 + SIGPIPE)
        } catch {
            switch exitCode(for: error) {
            case .success: leave(code: 0, result: fullMessage(for: error))
            case .validationFailure:
                let mistake = UsageMistake(
                    fullMessage(for: error), program: configuration.commandName ?? "",
                    arguments: arguments)
                leave(code: 2, message: isSilent ? nil : mistake.description)
            case let code where error is ExitCode: leave(code: code.rawValue)
            default: leave(code: 1, message: "error: \(error)")
            }
        }
    }

    /// Throws where a variable of the environment decides on the computation and says nothing known.
    private static func checkEnvironment() throws {
        let environment = ProcessInfo.processInfo.environment
        guard TileUse(environment: environment) == nil else { return }
        throw InputError(
            at: TileUse.variable,
            expected: TileUse.allCases.map(\.rawValue).joined(separator: ", "),
            found: environment[TileUse.variable] ?? "nothing",
            remedy: "Correct the environment variable, or unset it.")
    }

    /// Writes what is left for standard output, then `message`; a result that does not get out is
    /// an error, whatever `code` says.
    ///
    /// The process ends at once: threads that still work, such as those that read ahead, would not
    /// bear that `exit` takes down what they use.
    private static func leave(code: Int32, result: String? = nil, message: String? = nil) -> Never {
        var code = code
        do {
            if let result { try StandardOutput.print(result) }
            try StandardOutput.flush()
        } catch let error as InputError {
            tell("error: \(error)")
            code = max(code, 2)
        } catch {
            code = max(code, 128 + SIGPIPE)
        }
        if let message { tell(message) }
        _exit(code)
    }
}
