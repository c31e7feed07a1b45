import Diagnostics
import Formats
import Foundation
import Host
import Reporting

/// `run.json`: the machine, the software and the options of a run. Each start of the program adds
/// an entry.
package struct RunRecord: Codable, Equatable {
    /// One start of `mmbert-train` in the run folder.
    package struct Start: Codable, Equatable {
        /// ISO 8601, UTC.
        package let date: String
        package let host: String
        package let processor: Processor
        package let threads: Int
        /// What matrix products multiply; nil in records of versions that did not write it.
        package let precision: Precision?
        package let commandLine: [String]
        /// The checkpoint it resumed from, or nil for the beginning.
        package let resumedFrom: String?

        /// What made the run longer, a line for each phase; nil for nothing.
        let `extension`: [String]?
        /// What moved bytes between ranks, such as `Open MPI 4.1.4`; nil for one process.
        let mpi: String?
        /// The machine of each rank; nil for one process.
        let machines: [String]?

        /// A start of this process, now, which leads the ranks on `machines`.
        package init(
            processor: Processor, threads: Int, precision: Precision, commandLine: [String],
            resumedFrom: String?, extension changes: [String]? = nil, mpi: String? = nil,
            machines: [String]? = nil
        ) {
            (self.mpi, self.machines) = (mpi, machines)
            date = Date.now.formatted(.iso8601)
            host = ProcessInfo.processInfo.hostName
            self.processor = processor
            self.threads = threads
            self.precision = precision
            self.commandLine = commandLine
            self.resumedFrom = resumedFrom
            self.extension = changes
        }
    }

    /// The framework's version.
    package let version: String
    package let seed: UInt64
    package let parameters: Int
    package private(set) var starts: [Start]

    /// What determines the last bits of results, besides the recipe.
    package static func environment(
        _ processor: Processor, precision: Precision
    ) -> [String: String] {
        processor.whatRounds(in: precision).merging(["mmbert": frameworkVersion]) { $1 }
    }

    /// Adds `start` to the record at `path`, or begins one. A record that is damaged is set aside.
    ///
    /// - Returns: what was wrong with the record; nil for nothing.
    package static func add(
        _ start: Start, seed: UInt64, parameters: Int, at path: String
    ) throws -> String? {
        var record = RunRecord(
            version: frameworkVersion, seed: seed, parameters: parameters, starts: [])
        var damage: String?
        if try Folder.exists(path) {
            do {
                record.starts = try JSONFile.read(path, as: RunRecord.self).starts
            } catch let error as InputError {
                let aside = path + ".damaged"
                try Folder.remove(aside)
                try Folder.rename(path, to: aside)
                damage = "the record of earlier starts is damaged, it is \(aside) now: \(error)"
            }
        }
        record.starts.append(start)
        try JSONFile.write(record, to: path)
        return damage
    }
}
