import Formats
import Foundation
import TestSupport
import Testing

@Suite("A run folder that is renamed under a run")
struct RenamedRunTests {
    @Test("is followed: everything is in it, and nothing under the old name", arguments: [4, 40])
    func renamed(lines: Int) throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let moved = SmallRun(data: run.data, folder: folder.path("elsewhere/moved"))
        try Folder.create(folder.path("elsewhere"))
        let program = try run.start()
        while program.isRunning, run.loggedLines < lines { usleep(500) }
        try Folder.rename(run.folder, to: moved.folder)
        let ending = program.wait()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.messages.contains("warning: the run's folder \(run.folder) was renamed"))
        #expect(try !Folder.exists(run.folder))
        try moved.expectEqual(to: .reference())
    }

    @Test("and stopped resumes under its new name")
    func stopped() throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let moved = SmallRun(data: run.data, folder: folder.path("moved"))
        let program = try run.start()
        program.waitFor("step 0")
        try Folder.rename(run.folder, to: moved.folder)
        program.send(SIGTERM)
        let ending = program.wait()
        #expect(ending.exitCode == 143, "\(ending.messages)")
        #expect(ending.messages.contains("Saved. With --run "), "\(ending.messages)")
        #expect(try !Folder.exists(run.folder))
        #expect(try moved.train().exitCode == 0)
        try moved.expectEqual(to: .reference())
    }

    @Test("and gone is told, and not made again", arguments: [true, false])
    func removed(hasSuccessor: Bool) throws {
        let folder = try TemporaryFolder()
        let run = SmallRun(data: try .shared(), folder: folder.path("run"))
        let program = try run.start()
        while program.isRunning, run.loggedLines < 2 { usleep(500) }
        program.send(SIGSTOP)
        try FileManager.default.removeItem(atPath: run.folder)
        if hasSuccessor { try Folder.create(run.folder) }
        program.send(SIGCONT)
        let ending = program.wait()
        expectMistake(
            ending,
            [
                "\(run.folder): expected the folder with which this process began",
                hasSuccessor ? "another folder of this name" : "nothing, here or elsewhere",
            ])
        #expect(try Folder.contents(of: folder.path) == (hasSuccessor ? ["run"] : []))
        if hasSuccessor { #expect(try Folder.contents(of: run.folder) == []) }
    }
}
