import CMPI
import Diagnostics
import Foundation

/// An adapter of MPI, opened: what `make mpi` made.
package struct MPILibrary {
    /// The adapter's functions.
    let table: CMPITable
    /// The MPI that it was built for: `Open MPI 4.1.4`.
    let name: String

    /// Opens the adapter at `path`.
    ///
    /// - Throws: `InputError` where there is none, or none of this version.
    init(path: String, launch: Launch) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw InputError(
                at: "MPI",
                expected: """
                    an adapter, since a launcher started \(launch.count) of this process \
                    (\(launch.variable))
                    """,
                found: "none at \(path)",
                remedy: """
                    Run make mpi, or set MMBERT_MPI=off for \(launch.count) separate runs.
                    """)
        }
        var table: UnsafePointer<CMPITable>?
        var version: Int32 = 0
        var text = [CChar](repeating: 0, count: 1024)
        let opening = cmpi_open(path, &table, &text, text.count, &version)
        if let table {
            self.table = table.pointee
            name = Self.name(of: String(cString: table.pointee.library()))
            return
        }
        let reason = String(
            decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        throw Self.error(opening, path: path, reason: reason, version: version)
    }

    private static func error(
        _ opening: CMPIOpening, path: String, reason: String, version: Int32
    ) -> InputError {
        switch opening {
        case CMPINoLibrary:
            InputError(
                at: path, expected: "an adapter of MPI that can be opened", found: reason,
                remedy: """
                    Load the MPI that it was made with, or make it again for the one that is \
                    there: make mpi.
                    """)
        case CMPIOtherVersion:
            InputError(
                at: path, expected: "an adapter of version \(CMPI_VERSION)",
                found: "version \(version)",
                remedy: "Make it again with the source of this program: make mpi.")
        default:
            InputError(
                at: path, expected: "an adapter of MPI, which has the function mmbert_mpi",
                found: "another library",
                remedy: "Let MMBERT_MPI name what make mpi makes, libmmbert-mpi.so.")
        }
    }

    /// What MPI says about itself, cut to name and version: `MPICH 4.0.2`.
    package static func name(of text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        let ends = [",", " for Linux", " (ANL"].compactMap { line.range(of: $0)?.lowerBound }
        let shown = line[..<(ends.min() ?? line.endIndex)]
            .replacingOccurrences(of: "(R)", with: "")
            .replacingOccurrences(of: "MPI VERSION", with: "")
            .replacingOccurrences(of: ":", with: " ")
        let words = shown.split(whereSeparator: \.isWhitespace).compactMap { word -> Substring? in
            if word.lowercased() == "version" { return nil }
            let isVersion = word.hasPrefix("v") && word.dropFirst().first?.isNumber == true
            return isVersion ? word.dropFirst() : word
        }
        return words.isEmpty ? "MPI" : words.joined(separator: " ")
    }
}
