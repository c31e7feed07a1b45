import Formats
import Foundation
import RemoteFiles
import TestSupport
import Testing

@Suite(
    "A token goes to the manifest's server",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct CredentialTests {
    @Test("through redirects inside it, and to no other")
    func redirects() throws {
        let fixture = try RemoteFixture(
            locations: """
                location ~ ^/near/(.*)$ { return 302 /files/$1; }
                location ~ ^/far/(.*)$ { return 302 http://127.0.0.2:$server_port/files/$1; }
                listen 127.0.0.2:PORT;
                """)
        let file = try fixture.file("shard.mds", bytes: 1000)
        for path in ["files", "near", "far"] {
            let folder = try fixture.cache(path, token: "secret").folder(of: fixture.folder(path))
            _ = try folder.hold(file)
            #expect(fixture.content(of: file, in: folder) == fixture.original(file))
        }
        let told = fixture.server.requests.map { line in
            let words = line.split(separator: " ", maxSplits: 3)
            return "\(words[0].split(separator: "/")[0]) \(words[1]) \(words[3])"
        }
        #expect(
            told == [
                "files 206 Bearer secret", "near 302 Bearer secret", "files 206 Bearer secret",
                "far 302 Bearer secret", "files 206 -",
            ])
    }

    @Test("and in no message")
    func messages() throws {
        let fixture = try RemoteFixture(locations: "location /closed/ { return 403; }")
        let file = try fixture.file("shard.mds", bytes: 1000)
        let address = fixture.server.address("closed?key=hidden")
        let remote = try #require(RemoteFolder(address))
        let folder = try fixture.cache(token: "secret").folder(of: remote)
        let text = message { _ = try folder.hold(file) }
        #expect(text.contains("does not open this file"), "\(text)")
        #expect(!text.contains("secret") && !text.contains("hidden"), "\(text)")
        #expect(fixture.server.requests.first?.hasPrefix("/closed/shard.mds?key=hidden") == true)
    }
}
