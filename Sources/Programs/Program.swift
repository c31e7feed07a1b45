import ArgumentParser
import Diagnostics
import Foundation
import Reporting

extension ParsableCommand {
    /// Parses the command line, runs the command and exits with the code for its outcome: 0 for
    /// done; 2 where the user's input (usage, recipe, data) is wrong, after a message on standard
    /// error; 1 for anything else.
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
        tell(message)
        Foundation.exit(code)
    }
}
