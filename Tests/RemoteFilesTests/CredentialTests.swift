import Formats
import Foundation
import RemoteFiles
import TestSupport
import Testing

@Suite(
    "A token goes to the manifest's server",
    .enabled(if: WebServer.program != nil, "\(WebServer.absence)"))
struct CredentialTests {
    @Test("that the token names, over connections that nobody can read")
    func hosts() throws {
        let named = Credentials(token: "secret", hosts: ["Data.example.org", "b.org:8443", "::1"])
        let machine = Credentials(
            token: "secret",
            hosts: ["127.0.0.1", "127.evil.com", "127.0.0.1.evil.com", "localhost"])
        let expected: [(Credentials, String, Bool)] = [
            (named, "https://data.example.org/a", true),
            (named, "https://data.example.org:8443/a", true),
            (named, "http://data.example.org/a", false),
            (named, "https://example.org/a", false),
            (named, "https://data.example.org.evil.com/a", false),
            (named, "https://b.org/a", false), (named, "https://b.org:8443/a", true),
            (named, "http://127.0.0.1/a", false),
            (machine, "http://127.0.0.1:8801/a", true), (machine, "http://localhost/a", true),
            (machine, "http://127.evil.com/a", false), (machine, "https://127.evil.com/a", true),
            (machine, "http://127.0.0.1.evil.com/a", false),
        ]
        for (credentials, address, isSent) in expected {
            let header = credentials.header(for: try #require(URL(string: address)))
            #expect(header == (isSent ? "Bearer secret" : nil), "\(address)")
        }
        #expect(named.warnings == [] && machine.warnings == [])
    }

    @Test("that is named, or else to none, which is told")
    func withoutHost() throws {
        let fixture = try RemoteFixture(
            locations: "location /closed/ { if ($http_authorization = '') { return 401; } }")
        let file = try fixture.file("shard.mds", bytes: 1000)
        var configuration = ShardCache.Configuration(
            folder: fixture.caches.path("cache"), limitBytes: 1 << 30)
        configuration.credentials = Credentials(token: "secret")
        let cache = try ShardCache(configuration) { [notices = fixture.notices] in notices.add($0) }
        #expect(
            fixture.notices.texts == [
                "MMBERT_REMOTE_TOKEN is sent to no server: MMBERT_REMOTE_TOKEN_HOST does not name "
                    + "the hosts it is for"
            ])
        let text = message { _ = try cache.folder(of: fixture.folder("closed")).hold(file) }
        #expect(text.contains("put 127.0.0.1 into MMBERT_REMOTE_TOKEN_HOST"), "\(text)")
        #expect(fixture.server.requests.allSatisfy { $0.hasSuffix(" -") })
    }

    @Test("as .netrc has a password for it")
    func passwords() throws {
        let text = """
            # made up
            machine a.org login me password secret
            default login anybody password other
            machine b.org
              password early login late
            macdef init
              machine c.org login x password y

            machine D.org login you account z password pass
            """
        let credentials = Credentials(token: nil, passwords: NetworkPasswords(text))
        let expected = [
            "https://a.org/x": "Basic bWU6c2VjcmV0", "http://a.org/x": nil, "https://c.org/x": nil,
            "https://e.org/x": nil, "https://d.org/x": "Basic eW91OnBhc3M=", "https://b.org/x": nil,
        ]
        for (address, header) in expected {
            let url = try #require(URL(string: address))
            #expect(credentials.header(for: url) == header, "\(address)")
        }
    }

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
