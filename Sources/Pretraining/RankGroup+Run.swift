import Diagnostics
import Formats
import Foundation
import Ranks
import Reporting

extension RankGroup {
    /// Does `lead` on rank 0 and `follow` on the others, and ends all ranks together.
    ///
    /// An error of rank 0 ends the others with its exit code; they print nothing. Where a rank is
    /// gone or does not answer, this one says so and ends all that are left.
    ///
    /// - Returns: the exit code, the same on all ranks.
    /// - Throws: what `lead` throws.
    package func run(
        lead: () throws -> Int32, follow: () throws -> Int32
    ) throws -> Int32 {
        guard count > 1 else { return try lead() }
        do {
            guard isFirst else {
                let code = try follow()
                try end(code: code)
                return code
            }
            let code = try lead()
            try command(.leave(code: code))
            try end(code: code)
            return code
        } catch {
            if isFirst, !(error is RankFailure), leave(code: error is InputError ? 2 : 1) {
                throw error
            }
            let speaker = isFirst || error is RankFailure ? "" : "[\(name(of: rank))] "
            Reporting.tell("\(speaker)error: \(error)")
            // A launcher that ends its ranks may not pass on what they said last.
            usleep(300_000)
            abort(code: 1)
            throw error
        }
    }

    /// Ends the others with this exit code; false where that does not succeed.
    private func leave(code: Int32) -> Bool {
        do {
            try command(.leave(code: code))
            try end(code: code)
            return true
        } catch {
            return false
        }
    }

    /// Leaves the run; where MPI does not end, the process does.
    private func end(code: Int32) throws {
        try finish {
            try? StandardOutput.flush()
            _exit(code)
        }
    }
}
