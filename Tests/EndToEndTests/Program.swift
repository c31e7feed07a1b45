import Foundation
import TestSupport

/// One of the two executables, which the build puts beside the test bundle.
struct Program {
    static let mmbert = Program(name: "mmbert")
    static let trainer = Program(name: "mmbert-train")

    let name: String

    /// The executable's path.
    var path: String {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: name).path
    }

    /// Starts the program; `folder` is its working directory.
    func start(_ arguments: [String], in folder: String? = nil) throws -> RunningProgram {
        try RunningProgram(path, arguments, in: folder)
    }

    /// Runs the program to its end.
    func run(_ arguments: [String], in folder: String? = nil) throws -> RunningProgram.Ending {
        try start(arguments, in: folder).wait()
    }

    /// Runs the program behind the commands `preamble` of a shell, such as one that sets limits.
    func run(
        behind preamble: String, _ arguments: [String], in folder: String? = nil
    ) throws -> RunningProgram.Ending {
        try start(behind: preamble, arguments, in: folder).wait()
    }

    /// Starts it in the same way; the shell becomes the program.
    func start(
        behind preamble: String, _ arguments: [String], in folder: String? = nil
    ) throws -> RunningProgram {
        let shell = ["-c", "\(preamble); exec \"$0\" \"$@\"", path] + arguments
        return try RunningProgram("/bin/sh", shell, in: folder)
    }
}

/// A program that was started. What it prints goes to files, so it never waits for its reader.
final class RunningProgram {
    /// How a program ended, and what it printed.
    struct Ending {
        /// The exit code; nil if a signal ended the program.
        let exitCode: Int32?
        /// Standard output.
        let output: String
        /// Standard error.
        let messages: String
    }

    private let process = Process()
    private let prints: TemporaryFolder

    init(_ path: String, _ arguments: [String], in folder: String?) throws {
        prints = try TemporaryFolder()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder.map { URL(filePath: $0) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.file(prints.write("", to: "output"))
        process.standardError = try Self.file(prints.write("", to: "messages"))
        try process.run()
    }

    /// What is on standard error so far.
    var messages: String { read("messages") }

    /// What the system knows the process by.
    var identifier: Int32 { process.processIdentifier }

    /// Whether the program has not ended.
    var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Waits until `text` is on standard error, or the program has ended.
    func waitFor(_ text: String) {
        while process.isRunning, !messages.contains(text) {
            usleep(2_000)
        }
    }

    /// Waits for the end; after `patience` seconds the program is killed.
    func wait(patience: Double = 300) -> Ending {
        let identifier = process.processIdentifier
        let deadline = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: deadline)
        process.waitUntilExit()
        deadline.cancel()
        return Ending(
            exitCode: process.terminationReason == .exit ? process.terminationStatus : nil,
            output: read("output"), messages: messages)
    }

    private func read(_ name: String) -> String {
        (try? String(contentsOfFile: prints.path(name), encoding: .utf8)) ?? ""
    }

    private static func file(_ path: String) throws -> FileHandle {
        try FileHandle(forWritingTo: URL(filePath: path))
    }
}
