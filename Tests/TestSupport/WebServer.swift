import Formats
import Foundation

/// A real nginx on 127.0.0.1, at a port that was free, for as long as the object lives.
///
/// `/files/` gives what is in `folder`. Other locations are written in nginx's own words.
public final class WebServer {
    /// Where nginx is; nil where it is not installed.
    public static let program: String? =
        ((ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        + ["/usr/sbin", "/usr/local/sbin"])
        .map { "\($0)/nginx" }.first { access($0, X_OK) == 0 }
    /// What a test that is skipped says.
    public static let absence = "there is no nginx: apt-get install nginx-light"

    /// The folder whose files are given.
    public let folder: String
    /// Another one, which a location may name.
    public let workFolder: TemporaryFolder
    /// The port.
    public private(set) var port = 0
    private let locations: String
    private let listenOptions: String
    private let process = Holder()

    private final class Holder {
        var process: Process?
        deinit {
            if let process { kill(process.processIdentifier, SIGKILL) }
        }
    }

    /// Starts a server; `locations` are more locations, in which FOLDER stands for `folder` and
    /// PORT for the port.
    public init(
        folder: String, locations: String = "", listenOptions: String = ""
    ) throws {
        self.folder = folder
        self.locations = locations.replacingOccurrences(of: "FOLDER", with: folder)
        self.listenOptions = listenOptions
        workFolder = try TemporaryFolder()
        for _ in 1...4 where process.process == nil {
            // Another program may take the port in between.
            port = Self.freePort()
            try? start()
        }
        if process.process == nil { try start() }
    }

    /// The address of `path`.
    public func address(_ path: String = "files") -> String { "http://127.0.0.1:\(port)/\(path)" }

    /// Starts the server, or starts it again at the same port, and waits until it listens.
    public func start() throws {
        try AtomicFile.write(configuration, to: workFolder.path("nginx.conf"))
        let server = Process()
        server.executableURL = URL(fileURLWithPath: Self.program ?? "")
        server.arguments = [
            "-p", workFolder.path, "-e", workFolder.path("error.log"), "-c",
            workFolder.path("nginx.conf"),
        ]
        server.standardError = FileHandle.nullDevice
        try server.run()
        process.process = server
        for _ in 0..<12_000 {
            if Self.answers(port) { return }
            if !server.isRunning { break }
            usleep(10_000)
        }
        stop()
        throw CocoaError(.executableLoad)
    }

    /// Ends the server at once: connections break.
    public func stop() {
        guard let server = process.process else { return }
        kill(server.processIdentifier, SIGKILL)
        server.waitUntilExit()
        process.process = nil
    }

    /// What was asked for: lines of `PATH STATUS bytes=RANGE AUTHORIZATION`, `-` for none.
    public var requests: [String] {
        let text =
            (try? String(contentsOfFile: workFolder.path("access.log"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private var configuration: String {
        """
        daemon off; master_process off; pid \(workFolder.path)/pid;
        events { worker_connections 256; }
        http {
          log_format asked '$request_uri $status $http_range $http_authorization';
          access_log \(workFolder.path)/access.log asked;
          client_body_temp_path \(workFolder.path)/body; proxy_temp_path \(workFolder.path)/proxy;
          fastcgi_temp_path \(workFolder.path)/fastcgi; uwsgi_temp_path \(workFolder.path)/uwsgi;
          scgi_temp_path \(workFolder.path)/scgi;
          server {
            listen 127.0.0.1:\(port) \(listenOptions);
            location /files/ { alias \(folder)/; }
            \(locations.replacingOccurrences(of: "PORT", with: "\(port)"))
          }
        }

        """
    }

    private static func freePort() -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(handle, $0, length)
                getsockname(handle, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func answers(_ port: Int) -> Bool {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
