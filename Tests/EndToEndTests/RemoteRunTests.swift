import Formats
import Foundation
import TestSupport
import Testing

@Suite(
    "A run over HTTP ends with the same bytes as a run from folders",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct RemoteRunTests {
    /// The small data with a manifest that names web addresses, in `folder`.
    private func data(_ server: WebServer, path: String = "files", in folder: String) throws
        -> SmallData
    {
        let original = try SmallData.shared()
        let shards = Folder.join(folder, "shards")
        try Folder.create(shards)
        for (name, target) in [
            ("tokenizer", "tokenizer"), ("shards/tokenizer", "shards/tokenizer"),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: Folder.join(folder, name),
                withDestinationPath: Folder.join(original.folder, target))
        }
        var manifest = try DataManifest(
            contentsOf: Folder.join(original.folder, "shards/manifest.yaml"))
        manifest.sources = manifest.sources.map { source in
            var source = source
            source.remote = source.folder.flatMap { RemoteFolder(server.address("\(path)/\($0)")) }
            source.folder = nil
            if var heldOut = source.heldOut {
                heldOut.remote = heldOut.folder.flatMap {
                    RemoteFolder(server.address("\(path)/\($0)"))
                }
                heldOut.folder = nil
                source.heldOut = heldOut
            }
            return source
        }
        try manifest.write(to: Folder.join(shards, "manifest.yaml"))
        let recipe = "cache: {folder: cache, limit: 1G}\n" + SmallData.text
        try AtomicFile.write(recipe, to: Folder.join(folder, "recipe.yaml"))
        return SmallData(folder: folder)
    }

    @Test("without a hitch")
    func plain() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let server = try WebServer(folder: Folder.join(reference.data.folder, "shards"))
        let run = SmallRun(
            data: try data(server, in: folder.path("data")), folder: folder.path("run"))
        let ending = try run.train()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        try run.expectEqual(to: reference)
        // Every file was fetched once: six languages, each with an index and a shard, twice.
        #expect(server.requests.count == 24, "\(server.requests)")

        // What the cache holds needs no server.
        server.stop()
        let second = SmallRun(data: run.data, folder: folder.path("second"))
        #expect(try second.train("--stop-after", "2steps").exitCode == 0)
    }

    @Test("and so it does where the server is slow, breaks off and comes back")
    func restarted() throws {
        let reference = try SmallRun.reference()
        let folder = try TemporaryFolder()
        let server = try WebServer(
            folder: Folder.join(reference.data.folder, "shards"),
            locations: "location /slow/ { alias FOLDER/; limit_rate 60k; }")
        let run = SmallRun(
            data: try data(server, path: "slow", in: folder.path("data")),
            folder: folder.path("run"))
        let program = try run.start()
        for requests in [4, 14] {
            while program.isRunning, server.requests.count < requests { usleep(10_000) }
            server.stop()
            usleep(200_000)
            try server.start()
        }
        let ending = program.wait()
        #expect(ending.exitCode == 0, "\(ending.messages)")
        #expect(ending.messages.contains("asking again in"), "\(ending.messages)")
        try run.expectEqual(to: reference)
    }

    @Test("and the loader's bench reads the same shards into its cache, or says what it needs")
    func bench() throws {
        let folder = try TemporaryFolder()
        let shards = Folder.join(try SmallData.shared().folder, "shards")
        let server = try WebServer(folder: shards)
        let data = try data(server, in: folder.path("data"))
        let arguments = [
            "bench", "loader", "\(data.folder)/shards", "--context", "64", "--tokens", "50k",
        ]
        let without = try Program.mmbert.run(arguments)
        #expect(without.exitCode == 2 && without.messages.contains("Name a folder with --cache"))
        let read = try Program.mmbert.run(arguments + ["--cache", folder.path("cache"), "--json"])
        #expect(read.exitCode == 0 && read.output.contains("\"sources\":6"), "\(read.messages)")
        #expect(server.requests.count == 12, "\(server.requests)")
    }
}
