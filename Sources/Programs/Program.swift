import ArgumentParser
import Diagnostics
import Foundation

extension ParsableCommand {
    /// Parses the command line, runs the command and leaves with the exit code that its end calls
    /// for: 0 done; 2 the user's input is wrong (usage, recipe, data), with what is wrong on
    /// standard error; 1 anything else.
    public static func runAsProgram() async -> Never {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            Foundation.exit(0)
        } catch let error as InputError {
            leave(code: 2, message: "error: \(error)")
        } catch {
            switch exitCode(for: error) {
            case .success: exit(withError: error)
            case .validationFailure: leave(code: 2, message: fullMessage(for: error))
            case let code where error is ExitCode: Foundation.exit(code.rawValue)
            default: leave(code: 1, message: "error: \(error)")
            }
        }
    }

    private static func leave(code: Int32, message: String) -> Never {
        FileHandle.standardError.write(Data("\(message)\n".utf8))
        Foundation.exit(code)
    }
}
